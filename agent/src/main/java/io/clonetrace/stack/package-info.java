/**
 * How much address space and memory thread stacks take, from {@code /proc/PID}, the page table and two ioctls where the
 * kernel has them. {@link io.clonetrace.stack.StackSnapshot} measures all threads of a process, this one's or
 * another's; {@link io.clonetrace.stack.OwnStack} measures the calling thread's own and allocates nothing. Called by
 * the agent's packages and by {@code clonetrace stacks}.
 */
package io.clonetrace.stack;
