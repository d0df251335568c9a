/**
 * Processes and signals: starting a stopped child, ptrace and its registers, pidfds, another process's memory, clocks.
 * Most of it runs in a tracer or a command, not in the application's JVM; a class that runs there says so.
 */
package io.clonetrace.linux.process;
