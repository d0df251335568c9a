/**
 * A BPF program at the kernel's tracepoint {@code task:task_newtask}, its assembler, and the reader of its ring buffer.
 * The program runs in the kernel, in the caller's context, and writes; the reader runs on the agent's thread or in a
 * command. It stops no task and slows no other system call.
 */
package io.clonetrace.trace.ebpf;
