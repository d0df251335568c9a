/**
 * Starts the program {@code strace} on this process or another one, and reads what it writes. Runs on the agent's
 * thread or in a command; strace itself is a child process.
 */
package io.clonetrace.trace.strace;
