package io.clonetrace.stack;

import io.clonetrace.linux.memory.PagemapScan;

/**
 * The pages of a range of addresses, each number possibly {@link StackMeasure#UNKNOWN}.
 *
 * @param present bytes in memory
 * @param huge bytes of it in transparent huge pages
 * @param lowest address of the lowest page that was touched, even if swapped out since; {@link #NONE} if none was
 */
record PageCount(long present, long huge, long lowest) {
    static final long NONE = PagemapScan.NONE;
    static final PageCount EMPTY = new PageCount(0, 0, NONE);
    static final PageCount UNKNOWN = new PageCount(StackMeasure.UNKNOWN, StackMeasure.UNKNOWN, StackMeasure.UNKNOWN);

    /** Counts the pages of {@code [from, to)}, which are multiples of the page size. */
    interface Counter {
        PageCount count(long from, long to);
    }

    PageCount plus(PageCount other) {
        boolean known = lowest != StackMeasure.UNKNOWN && other.lowest != StackMeasure.UNKNOWN;
        return new PageCount(
                sum(present, other.present),
                sum(huge, other.huge),
                known ? Math.min(lowest, other.lowest) : StackMeasure.UNKNOWN);
    }

    /** How far below {@code base} the lowest touched page begins, in bytes. */
    static long depth(long base, long lowest) {
        return lowest == StackMeasure.UNKNOWN ? StackMeasure.UNKNOWN : Math.max(0, base - lowest);
    }

    private static long sum(long sum, long part) {
        return sum == StackMeasure.UNKNOWN || part == StackMeasure.UNKNOWN ? StackMeasure.UNKNOWN : sum + part;
    }
}
