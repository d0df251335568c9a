package io.clonetrace.linux.hotspot;

/**
 * The native side of a Java thread, as HotSpot records it.
 *
 * @param tid the kernel's id (gettid(2))
 * @param pthreadId glibc's pthread_t
 * @param stackBase the stack's highest address, exclusive
 * @param stackSize bytes below {@code stackBase} that HotSpot calls the stack, its guard zone included
 */
public record OsThread(int tid, long pthreadId, long stackBase, long stackSize) {}
