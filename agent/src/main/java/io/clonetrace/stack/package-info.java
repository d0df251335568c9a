/**
 * How much address space and memory the stacks of a process's threads take, and which limits stop it from making more
 * of them, read from {@code /proc} and the cgroups' files. {@link io.clonetrace.stack.StackSnapshot} and
 * {@link io.clonetrace.limit.ThreadLimits} are the ways in.
 */
package io.clonetrace.stack;
