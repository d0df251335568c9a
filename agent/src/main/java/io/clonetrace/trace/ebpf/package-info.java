/**
 * BPF programs at the kernel's tracepoints {@code task:task_newtask} and {@code sched:sched_process_exec} and on the
 * error path of the C library's clones, their assembler, and the readers of their ring buffers. They run in the kernel,
 * in the caller's context, and write; the reader runs on the agent's thread or in a command. They stop no task and slow
 * no other system call.
 */
package io.clonetrace.trace.ebpf;
