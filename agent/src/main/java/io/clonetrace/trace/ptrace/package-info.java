/**
 * Traces task creation by {@code ptrace(2)}: the tracer's loop, which stops a task only where it makes another one, and
 * the child JVM that runs this loop, because a process cannot trace itself. The kernel ties a tracer to one thread, so
 * the loop runs on a thread of its own and does as little as it can while a task is stopped.
 */
package io.clonetrace.trace.ptrace;
