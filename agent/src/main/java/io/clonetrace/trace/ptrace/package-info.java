/**
 * Traces task creation by {@code ptrace(2)}: the tracer's loop, which stops a task only where it makes another one, and
 * which runs in another process than the traced one. The kernel ties a tracer to one thread, so the loop runs on a
 * thread of its own and does as little as it can while a task is stopped.
 */
package io.clonetrace.trace.ptrace;
