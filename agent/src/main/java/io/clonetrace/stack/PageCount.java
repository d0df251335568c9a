package io.clonetrace.stack;

/**
 * Bytes of some addresses that are in memory, each possibly {@link StackMeasure#UNKNOWN}.
 *
 * @param present all of them
 * @param huge those in transparent huge pages
 */
record PageCount(long present, long huge) {
    static final PageCount UNKNOWN = new PageCount(StackMeasure.UNKNOWN, StackMeasure.UNKNOWN);

    /** Counts the pages of {@code [from, to)}, which are multiples of the page size. */
    interface Counter {
        PageCount count(long from, long to);
    }

    PageCount plus(PageCount other) {
        return new PageCount(sum(present, other.present), sum(huge, other.huge));
    }

    private static long sum(long sum, long part) {
        return sum == StackMeasure.UNKNOWN || part == StackMeasure.UNKNOWN ? StackMeasure.UNKNOWN : sum + part;
    }
}
