package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import java.util.Arrays;

/**
 * Counts pages in memory by ioctl PAGEMAP_SCAN on {@code /proc/PID/pagemap} (linux/fs.h, since Linux 6.7). Thread-safe.
 */
public final class PagemapScan implements AutoCloseable {
    private static final long PAGE_IS_PRESENT = 1 << 3;
    private static final long PAGE_IS_SWAPPED = 1 << 4;
    private static final long PAGE_IS_PFNZERO = 1 << 5;
    private static final long PAGE_IS_HUGE = 1 << 6;
    /** Since Linux 6.15; such a page (MADV_GUARD_INSTALL) has SWAPPED set too. */
    private static final long PAGE_IS_GUARD = 1 << 8;

    /** That one call may find for one stack. */
    private static final int REGIONS = 64;

    /** That one call may find for many: a few of each stack. */
    private static final int REGIONS_AHEAD = 256;

    /**
     * Bytes that one call reads ahead: while it does, the process's mappings can't change, and its threads would wait.
     */
    static final long AHEAD = 64L << 20;

    /** No page was ever touched. */
    public static final long NONE = Long.MAX_VALUE;

    private final ProcFile pagemap;
    private final long guards;

    /**
     * The pages of a range of addresses, from the page table.
     *
     * @param present bytes in memory, without the kernel's zero page, as Rss of smaps
     * @param huge bytes of it in transparent huge pages
     * @param lowest address of the lowest page that was ever touched, even if only read, or swapped out since;
     *     {@link #NONE} if there is none. The marker of a guard page does not count
     */
    public record Pages(long present, long huge, long lowest) {}

    /**
     * Opens the pagemap of a process, and tries the ioctl once.
     *
     * @param procDir {@code /proc/self} or {@code /proc/PID}
     * @throws LinuxException ENOTTY on a kernel without PAGEMAP_SCAN; otherwise an errno of open(2)
     */
    public PagemapScan(String procDir) throws LinuxException {
        pagemap = new ProcFile(procDir + "/pagemap", PageRegions.bytes(REGIONS));
        try {
            count(0, MappedPages.pageSize(), 0);
        } catch (LinuxException unable) {
            pagemap.close();
            throw unable;
        }
        guards = knowsGuards() ? PAGE_IS_GUARD : 0;
    }

    /** The kernel refuses an unknown category with EINVAL. */
    private boolean knowsGuards() {
        try {
            count(0, MappedPages.pageSize(), PAGE_IS_GUARD);
            return true;
        } catch (LinuxException older) {
            return false;
        }
    }

    /**
     * Counts the pages of {@code [from, to)} in memory; unmapped ones do not count. Both are multiples of the page
     * size.
     */
    public Pages count(long from, long to) throws LinuxException {
        return count(from, to, guards);
    }

    private Pages count(long from, long to, long guardCategory) throws LinuxException {
        Pointer scan = pagemap.borrow();
        try {
            Counter counter = new Counter(scan, REGIONS, guardCategory);
            counter.count(from, from, to);
            return new Pages(counter.present, counter.huge, counter.lowest);
        } finally {
            pagemap.giveBack(scan);
        }
    }

    /**
     * Finds the guards in {@code [from, to)} that are page-table markers (madvise(2), MADV_GUARD_INSTALL), as glibc
     * makes them since 2.42. Both are multiples of the page size.
     *
     * @return the start and end of each, ascending; empty on a kernel before 6.15, which does not report them
     */
    public long[] guards(long from, long to) throws LinuxException {
        if (guards == 0) {
            return new long[0];
        }
        Pointer scan = pagemap.borrow();
        try {
            return guards(new PageRegions(pagemap, scan, REGIONS, guards), from, to);
        } finally {
            pagemap.giveBack(scan);
        }
    }

    private static long[] guards(PageRegions regions, long from, long to) throws LinuxException {
        long[] all = new long[0];
        for (long at = from; at < to; at = regions.walked(at)) {
            int found = regions.scan(at, to, PAGE_IS_GUARD);
            int before = all.length;
            all = Arrays.copyOf(all, before + 2 * found);
            for (int i = 0; i < found; i++) {
                all[before + 2 * i] = regions.start(i);
                all[before + 2 * i + 1] = regions.end(i);
            }
        }
        return all;
    }

    /** A counter that allocates nothing. It has to be closed before this. */
    public Counter counter() {
        return counter(REGIONS);
    }

    /** The same, for many ranges that are counted right after each other, see {@link Counter#readAhead}. */
    public Counter counterAhead() {
        return counter(REGIONS_AHEAD);
    }

    private Counter counter(int regions) {
        return new Counter(new Pointer(Native.malloc(PageRegions.bytes(regions))), regions, guards);
    }

    /** For one thread at a time. */
    public final class Counter implements AutoCloseable {
        private final PageRegions regions;
        private final boolean guardsKnown;
        private long present;
        private long huge;
        private long lowest;

        /** What is in {@link #regions}: the pages of {@code [readFrom, readTo)}. */
        private long readFrom;

        private long readTo;
        private int found;

        /** What begins below the latest address that was asked for is before this region. */
        private int next;

        private long asked;

        /** See {@link #readAhead}; 0 to read nothing ahead, and to keep nothing. */
        private long ahead;

        private Counter(Pointer scan, int most, long guardCategory) {
            this.guardsKnown = guardCategory != 0;
            this.regions = new PageRegions(
                    pagemap,
                    scan,
                    most,
                    PAGE_IS_PRESENT | PAGE_IS_SWAPPED | PAGE_IS_PFNZERO | PAGE_IS_HUGE | guardCategory);
        }

        /**
         * Lets one call of the kernel read what several counts ask for: after this call, what is read is kept, and what
         * is behind it is read too. Best counted in the order of addresses.
         *
         * @param end as far as it is worth it, a multiple of the page size: other ranges to count adjoin up to here
         */
        public void readAhead(long end) {
            ahead = end;
        }

        /**
         * As {@link PagemapScan#count}.
         *
         * @param guardEnd the end of a guard that begins at {@code from}; the lowest page is looked for above it
         */
        public void count(long from, long guardEnd, long to) throws LinuxException {
            count(from, from, guardEnd, to);
        }

        /**
         * The same, and looks at what is just below, in one call.
         *
         * @param below the beginning of a place that may be a guard; of it, nothing is counted
         * @return whether every page of {@code [below, from)} is a guard by a page-table marker; false on a kernel
         *     before 6.15
         */
        public boolean countAbove(long below, long from, long guardEnd, long to) throws LinuxException {
            return count(guardsKnown ? below : from, from, guardEnd, to);
        }

        private boolean count(long below, long from, long guardEnd, long to) throws LinuxException {
            present = 0;
            huge = 0;
            lowest = NONE;
            readTo = ahead == 0 ? 0 : readTo;
            boolean guard = false;
            // One region, of which the kernel, or where reading ended, may have made several.
            long start = 0;
            long end = 0;
            long is = 0;
            for (long at = below; at < to; at = Math.min(readTo, to)) {
                read(at, to);
                for (int i = next; i < found && regions.start(i) < to; i++) {
                    // The first may belong to what adjoins below, too, and the last to what adjoins above.
                    long pieceStart = Math.max(regions.start(i), at);
                    if (pieceStart != end || regions.categories(i) != is) {
                        start = pieceStart;
                        is = regions.categories(i);
                    }
                    end = Math.min(regions.end(i), to);
                    guard |= start == below && end >= from && (is & PAGE_IS_GUARD) != 0;
                    if (end > from) {
                        add(start, Math.max(pieceStart, from), end, is, guardEnd);
                    }
                }
            }
            return guard && below < from;
        }

        /** Makes {@link #next} the first region that ends above {@code at}, which is in what was read. */
        private void read(long at, long to) throws LinuxException {
            if (at < readFrom || at >= readTo) {
                readFrom = 0;
                readTo = 0;
                next = 0;
                long end = Math.max(to, Math.min(ahead, at + AHEAD));
                found = regions.tryScan(at, end, PAGE_IS_PRESENT | PAGE_IS_SWAPPED);
                // What adjoins may be no address of a process, which makes only its own count fail.
                found = found < 0 ? regions.scan(at, to, PAGE_IS_PRESENT | PAGE_IS_SWAPPED) : found;
                readTo = regions.walked(at);
                readFrom = at;
            } else if (at < asked) {
                next = 0;
            }
            asked = at;
            while (next < found && regions.end(next) <= at) {
                next++;
            }
        }

        private void add(long regionStart, long from, long end, long is, long guardEnd) {
            boolean inMemory = (is & PAGE_IS_PRESENT) != 0;
            if (inMemory && (is & PAGE_IS_PFNZERO) == 0) {
                present += end - from;
                huge += (is & PAGE_IS_HUGE) == 0 ? 0 : end - from;
            }
            // Regions are in the order of their addresses.
            if (lowest == NONE && end > guardEnd && (inMemory || isSwapped(is, regionStart > guardEnd))) {
                lowest = Math.max(from, guardEnd);
            }
        }

        /** Linux 6.13 and 6.14 have guard markers, which are at a stack's low end, but report them as swapped. */
        private boolean isSwapped(long is, boolean aboveLowEnd) {
            return (is & PAGE_IS_GUARD) == 0 && (guardsKnown || aboveLowEnd);
        }

        /** Bytes in memory, as {@link Pages#present}. */
        public long present() {
            return present;
        }

        /** Bytes of it in transparent huge pages. */
        public long huge() {
            return huge;
        }

        /** As {@link Pages#lowest}. */
        public long lowest() {
            return lowest;
        }

        @Override
        public void close() {
            Native.free(Pointer.nativeValue(regions.memory()));
        }
    }

    @Override
    public void close() {
        pagemap.close();
    }
}
