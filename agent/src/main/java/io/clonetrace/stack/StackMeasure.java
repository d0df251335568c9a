package io.clonetrace.stack;

/**
 * The measure of one thread's stack, in bytes; a number that could not be measured is {@link #UNKNOWN}, never an
 * estimate.
 *
 * @param tid tid of the thread
 * @param base highest address of the stack, exclusive
 * @param reserved mapped address space of the stack, its guard included
 * @param guard inaccessible ({@code ---p}) bytes at the low end: HotSpot's red, yellow and reserved zones, glibc's
 *     guard, or both; unknown if the kernel shows none and the thread may have one all the same
 * @param touched bytes present in memory, as {@code Rss} of proc(5)'s smaps
 * @param huge bytes of {@code touched} in transparent huge pages, {@code AnonHugePages} of smaps; unknown if a mapping
 *     with huge pages is shared with another stack
 * @param depth bytes from {@code base} down to the lowest page that was touched, outside of the guard: a frame may
 *     reserve far more than it touches. Pages that were only read, or swapped out since, count too
 */
public record StackMeasure(int tid, long base, long reserved, long guard, long touched, long huge, long depth) {

    /** A number that was not, or could not be, measured. */
    public static final long UNKNOWN = -1;

    static StackMeasure unknown(int tid) {
        return new StackMeasure(tid, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
    }
}
