/**
 * Reads {@code task:task_newtask} through a private tracefs instance, and the binary pages of the kernel's ring buffer.
 * Runs on the agent's thread or in a command, as root. It sees flags, but neither stacks nor thread pointers.
 */
package io.clonetrace.trace.tracefs;
