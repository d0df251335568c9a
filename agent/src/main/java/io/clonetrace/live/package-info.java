/**
 * A JVM that is followed while it runs: its tasks as {@code /proc} lists them, joined with the events that its flight
 * recorder writes. Runs in a command, in a JVM of its own. Nothing here draws a screen or attaches an agent.
 */
package io.clonetrace.live;
