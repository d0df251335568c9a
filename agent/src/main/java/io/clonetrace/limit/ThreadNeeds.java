package io.clonetrace.limit;

/**
 * What one more thread takes of each limited resource.
 *
 * @param addressSpace bytes of address space: the size of its stack
 * @param memory bytes of memory: what it touches of its stack
 */
public record ThreadNeeds(long addressSpace, long memory) {
    /** A Java thread's stack: the guard zone and the rest. */
    private static final long MAPPINGS = 2;

    /** The kernel's own stack of a thread: THREAD_SIZE, 16 KiB on x86-64 and aarch64 (asm/page_64_types.h). */
    private static final long KERNEL_STACK = 16 * 1024;

    /** A thread with an untouched stack of that size. */
    public static ThreadNeeds ofStack(long size) {
        return new ThreadNeeds(size, KERNEL_STACK);
    }

    /** A thread that touches that much of a stack of that size. */
    public static ThreadNeeds ofStack(long size, long touched) {
        return new ThreadNeeds(size, touched + KERNEL_STACK);
    }

    long of(ThreadLimit.Unit unit) {
        return switch (unit) {
            case TASKS -> 1;
            case MAPPINGS -> MAPPINGS;
            case ADDRESS_SPACE -> addressSpace;
            case MEMORY -> memory;
        };
    }
}
