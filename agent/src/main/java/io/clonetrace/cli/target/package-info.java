/**
 * A running JVM seen from outside: what {@code /proc} says of it, whether the agent may be loaded into it and there is
 * room for the thread that takes, HotSpot's attach socket, and the names of its threads. Used by the commands and the
 * doctor alike. The target may belong to another user and be hostile: its answers are bounded, cleaned and given a
 * deadline.
 */
package io.clonetrace.cli.target;
