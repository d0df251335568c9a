/**
 * Loading the agent into a running JVM for a command, serving its source from here where the JVM may not observe
 * itself, and ending it. Called by the commands; runs in a JVM of its own, often as root beside a JVM of another user.
 */
package io.clonetrace.cli.attach;
