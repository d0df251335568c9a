package io.clonetrace.explain.memory;

/**
 * Finds what is mapped like a thread's stack: right above an inaccessible anonymous mapping, the guard, a writable one.
 * HotSpot's guard zone of a Java thread has 12 KiB until JDK 8 and 16 KiB since JDK 9 with pages of 4 KiB; other
 * threads have one page.
 */
final class StackPairs {
    /** With pages of 64 KiB a guard has one page; what malloc's arenas reserve is larger. */
    private static final long LARGEST_GUARD = 64 * 1024;

    private static final long ONE_PAGE = 4096;

    private long guardStart;
    private long guardEnd;

    private long pairs;
    private long onePage;
    private long reserved;
    private long touched;
    private boolean inStack;

    /** Takes the next mapping, in the order of addresses. */
    void mapping(long start, long end, String permissions, boolean anonymous) {
        boolean guard = anonymous && permissions.startsWith("---p") && end - start <= LARGEST_GUARD;
        inStack = anonymous && permissions.startsWith("rw") && guardEnd == start && guardEnd != 0;
        if (inStack) {
            pairs++;
            onePage += guardEnd - guardStart == ONE_PAGE ? 1 : 0;
            reserved += end - guardStart;
        }
        guardStart = guard ? start : 0;
        guardEnd = guard ? end : 0;
    }

    /** Bytes of the latest mapping that are in memory. */
    void rss(long bytes) {
        if (inStack) {
            touched += bytes;
        }
    }

    long count() {
        return pairs;
    }

    /** Those whose guard is one page of 4 KiB. */
    long withOnePage() {
        return onePage;
    }

    /** Bytes of guards and stacks. */
    long reserved() {
        return reserved;
    }

    /** Bytes in memory, of what {@link #rss} was told. */
    long touched() {
        return touched;
    }
}
