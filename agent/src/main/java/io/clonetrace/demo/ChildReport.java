package io.clonetrace.demo;

/**
 * What a task says of itself, by system calls and registers alone.
 *
 * @param tid gettid(2)
 * @param threadPointer FS base of x86-64, TPIDR_EL0 of aarch64: where libc finds errno and who owns a stdio lock
 * @param signalMask the blocked signals, signal n as bit n-1; SIGKILL and SIGSTOP never are
 * @param stackPointer an address on the stack that it ran on
 * @param sharesMemory whether what it wrote in its creator's memory is there
 */
public record ChildReport(int tid, long threadPointer, long signalMask, long stackPointer, boolean sharesMemory) {}
