package io.clonetrace.stack;

/**
 * One mapping of {@code /proc/PID/smaps} (proc(5)).
 *
 * @param start lowest address
 * @param end highest address, exclusive
 * @param accessible whether it may be read, written or executed at all; a guard may not
 * @param anonymous whether it may be a stack: no file behind it, and nobody's heap
 * @param noReserve VmFlags {@code nr}, from MAP_NORESERVE: address space that malloc's arenas and the JVM set aside,
 *     and what HotSpot leaves of the guard zone of a dead Java thread; never a guard made for a living thread
 * @param noHuge VmFlags {@code nh}, which since Linux 6.7 every MAP_STACK mapping has
 * @param growsDown VmFlags {@code gd}: the primordial thread's stack
 * @param rss bytes present in memory, or {@link StackMeasure#UNKNOWN}
 * @param huge bytes of {@code AnonHugePages}, or {@link StackMeasure#UNKNOWN}
 */
record Mapping(
        long start,
        long end,
        boolean accessible,
        boolean anonymous,
        boolean noReserve,
        boolean noHuge,
        boolean growsDown,
        long rss,
        long huge) {

    boolean holds(long address) {
        return start <= address && address < end;
    }

    boolean within(long low, long high) {
        return low <= start && end <= high;
    }

    /** This mapping without what lies below {@code low}; how much of the rest is present is then unknown. */
    Mapping from(long low) {
        long unknown = StackMeasure.UNKNOWN;
        return new Mapping(low, end, accessible, anonymous, noReserve, noHuge, growsDown, unknown, unknown);
    }
}
