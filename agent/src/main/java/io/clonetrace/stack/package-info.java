/**
 * How much address space and memory the stacks of a process's threads take, read from {@code /proc/PID}.
 * {@link io.clonetrace.stack.StackSnapshot} is the way in.
 */
package io.clonetrace.stack;
