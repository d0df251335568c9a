package io.clonetrace.stack;

/** The guards that are page-table markers (madvise(2), MADV_GUARD_INSTALL), as glibc makes them since 2.42. */
interface GuardMarkers {
    /**
     * Those of {@code [from, to)}, which are multiples of the page size.
     *
     * @return the start and end of each, ascending; empty if the kernel reports none
     */
    long[] in(long from, long to);
}
