/**
 * A BPF program of our own at the kernel's tracepoint {@code task:task_newtask}, its assembler, and the reader of its
 * ring buffer. The program runs in the kernel, in the caller's context, and writes; the reader runs on the agent's
 * thread or in a command. Nothing is stopped, and no other system call gets slower.
 */
package io.clonetrace.trace.ebpf;
