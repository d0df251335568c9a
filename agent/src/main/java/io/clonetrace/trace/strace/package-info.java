/**
 * Runs the program {@code strace} on a process, and reads its output. Runs on the agent's thread or in a command;
 * strace itself is a child process.
 */
package io.clonetrace.trace.strace;
