package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Counts pages in memory by ioctl PAGEMAP_SCAN on {@code /proc/PID/pagemap} (linux/fs.h, since Linux 6.7). Thread-safe.
 */
public final class PagemapScan implements AutoCloseable {
    // _IOWR('f', 16, struct pm_scan_arg)
    private static final long PAGEMAP_SCAN = (3L << 30) | (96L << 16) | ('f' << 8) | 16;
    private static final long PAGE_IS_PRESENT = 1 << 3;
    private static final long PAGE_IS_SWAPPED = 1 << 4;
    private static final long PAGE_IS_PFNZERO = 1 << 5;
    private static final long PAGE_IS_HUGE = 1 << 6;
    /** Since Linux 6.15; such a page (MADV_GUARD_INSTALL) has SWAPPED set too. */
    private static final long PAGE_IS_GUARD = 1 << 8;

    // struct pm_scan_arg
    private static final int SIZE = 0;
    private static final int FLAGS = 8;
    private static final int START = 16;
    private static final int END = 24;
    private static final int WALK_END = 32;
    private static final int VEC = 40;
    private static final int VEC_LEN = 48;
    private static final int MAX_PAGES = 56;
    private static final int CATEGORY_INVERTED = 64;
    private static final int CATEGORY_MASK = 72;
    private static final int CATEGORY_ANYOF_MASK = 80;
    private static final int RETURN_MASK = 88;
    private static final int STRUCT = 96;

    // struct page_region: start, end, categories.
    private static final int REGIONS = 64;
    private static final int REGION = 24;

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
        pagemap = new ProcFile(procDir + "/pagemap", STRUCT + REGIONS * REGION);
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
            Counter counter = new Counter(scan, guardCategory);
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
            Counter counter = new Counter(scan, guards);
            return counter.guards(from, to);
        } finally {
            pagemap.giveBack(scan);
        }
    }

    /** A counter that allocates nothing. It has to be closed before this. */
    public Counter counter() {
        return new Counter(new Pointer(Native.malloc(STRUCT + REGIONS * (long) REGION)), guards);
    }

    /** For one thread at a time. */
    public final class Counter implements AutoCloseable {
        private final Pointer scan;

        /** The same memory: a call of JNA's for each field would take as long as the ioctl. */
        private final ByteBuffer fields;

        private final boolean guardsKnown;
        private long present;
        private long huge;
        private long lowest;

        private Counter(Pointer scan, long guardCategory) {
            this.scan = scan;
            this.fields =
                    scan.getByteBuffer(0, STRUCT + REGIONS * (long) REGION).order(ByteOrder.nativeOrder());
            this.guardsKnown = guardCategory != 0;
            fields.putLong(SIZE, STRUCT);
            fields.putLong(FLAGS, 0);
            fields.putLong(VEC, Pointer.nativeValue(scan) + STRUCT);
            fields.putLong(VEC_LEN, REGIONS);
            fields.putLong(MAX_PAGES, 0);
            fields.putLong(CATEGORY_INVERTED, 0);
            fields.putLong(CATEGORY_MASK, 0);
            fields.putLong(
                    RETURN_MASK, PAGE_IS_PRESENT | PAGE_IS_SWAPPED | PAGE_IS_PFNZERO | PAGE_IS_HUGE | guardCategory);
        }

        /**
         * As {@link PagemapScan#count}.
         *
         * @param guardEnd the end of a guard that begins at {@code from}; the lowest page is looked for above it
         */
        public void count(long from, long guardEnd, long to) throws LinuxException {
            clear();
            for (long at = from; at < to; at = walked(at)) {
                add(scan(at, to, PAGE_IS_PRESENT | PAGE_IS_SWAPPED), from, guardEnd);
            }
        }

        /**
         * The same, and looks at what is just below, in one call.
         *
         * @param below the beginning of a place that may be a guard; of it, nothing is counted
         * @return whether every page of {@code [below, from)} is a guard by a page-table marker; false on a kernel
         *     before 6.15
         */
        public boolean countAbove(long below, long from, long guardEnd, long to) throws LinuxException {
            if (!guardsKnown) {
                count(from, guardEnd, to);
                return false;
            }
            clear();
            boolean guard = false;
            for (long at = below; at < to; at = walked(at)) {
                int found = scan(at, to, PAGE_IS_PRESENT | PAGE_IS_SWAPPED);
                guard |= found > 0 && start(0) == below && end(0) >= from && (categories(0) & PAGE_IS_GUARD) != 0;
                add(found, from, guardEnd);
            }
            return guard;
        }

        private void clear() {
            present = 0;
            huge = 0;
            lowest = NONE;
        }

        private long start(int region) {
            return fields.getLong(STRUCT + region * REGION);
        }

        private long end(int region) {
            return fields.getLong(STRUCT + region * REGION + Long.BYTES);
        }

        private long categories(int region) {
            return fields.getLong(STRUCT + region * REGION + 2 * Long.BYTES);
        }

        /** Reads the next regions with one of those categories; returns how many. */
        private int scan(long at, long to, long anyOf) throws LinuxException {
            fields.putLong(START, at);
            fields.putLong(END, to);
            fields.putLong(CATEGORY_ANYOF_MASK, anyOf);
            int found = pagemap.ioctl(PAGEMAP_SCAN, scan);
            if (found < 0) {
                throw pagemap.failure("PAGEMAP_SCAN");
            }
            return found;
        }

        private long walked(long at) throws LinuxException {
            long walked = fields.getLong(WALK_END);
            if (walked <= at) {
                throw new LinuxException("PAGEMAP_SCAN without progress", Errno.EIO.value());
            }
            return walked;
        }

        private long[] guards(long from, long to) throws LinuxException {
            long[] all = new long[0];
            for (long at = from; at < to; at = walked(at)) {
                int found = scan(at, to, PAGE_IS_GUARD);
                int before = all.length;
                all = Arrays.copyOf(all, before + 2 * found);
                for (int i = 0; i < found; i++) {
                    all[before + 2 * i] = start(i);
                    all[before + 2 * i + 1] = end(i);
                }
            }
            return all;
        }

        private void add(int found, long from, long guardEnd) {
            for (int i = 0; i < found; i++) {
                long start = Math.max(start(i), from);
                long end = end(i);
                long is = categories(i);
                if (end <= from) {
                    continue;
                }
                boolean inMemory = (is & PAGE_IS_PRESENT) != 0;
                if (inMemory && (is & PAGE_IS_PFNZERO) == 0) {
                    present += end - start;
                    huge += (is & PAGE_IS_HUGE) == 0 ? 0 : end - start;
                }
                // Regions are in the order of their addresses.
                if (lowest == NONE && end > guardEnd && (inMemory || isSwapped(is, start > guardEnd))) {
                    lowest = Math.max(start, guardEnd);
                }
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
            Native.free(Pointer.nativeValue(scan));
        }
    }

    @Override
    public void close() {
        pagemap.close();
    }
}
