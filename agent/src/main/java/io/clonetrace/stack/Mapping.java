package io.clonetrace.stack;

/**
 * One mapping of {@code /proc/PID/smaps} (proc(5)).
 *
 * @param start lowest address
 * @param end highest address, exclusive
 * @param accessible whether it may be read, written or executed at all; a guard may not
 * @param anonymous whether it may be a stack: no file is behind it, and it is no heap
 * @param noReserve VmFlags {@code nr}, from MAP_NORESERVE: address space that malloc's arenas and the JVM set aside,
 *     and what HotSpot leaves of the guard zone of a dead Java thread; never the guard of a live thread
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

    /** The part of this mapping from {@code low}; how much of it is present is unknown. */
    Mapping from(long low) {
        long unknown = StackMeasure.UNKNOWN;
        return new Mapping(low, end, accessible, anonymous, noReserve, noHuge, growsDown, unknown, unknown);
    }
}
