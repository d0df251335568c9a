/**
 * {@code clonetrace run} and {@code attach} from outside: a command, or a running JVM, whose clones a source in this
 * process sees, and the named pipes through which each JVM's agent gets the lines of its own clones. Runs in the
 * command-line process, often as root beside a JVM of another user, so files are handled by descriptor
 * ({@code linux.file}).
 */
package io.clonetrace.run;
