package io.clonetrace.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * Counts pages in memory by ioctl PAGEMAP_SCAN on {@code /proc/PID/pagemap} (linux/fs.h, since Linux 6.7). Any number
 * of threads may ask at once.
 */
public final class PagemapScan implements AutoCloseable {
    // _IOWR('f', 16, struct pm_scan_arg)
    private static final long PAGEMAP_SCAN = (3L << 30) | (96L << 16) | ('f' << 8) | 16;
    private static final long PAGE_IS_PRESENT = 1 << 3;
    private static final long PAGE_IS_PFNZERO = 1 << 5;
    private static final long PAGE_IS_HUGE = 1 << 6;

    // struct pm_scan_arg
    private static final long SIZE = 0;
    private static final long FLAGS = 8;
    private static final long START = 16;
    private static final long END = 24;
    private static final long WALK_END = 32;
    private static final long VEC = 40;
    private static final long VEC_LEN = 48;
    private static final long MAX_PAGES = 56;
    private static final long CATEGORY_INVERTED = 64;
    private static final long CATEGORY_MASK = 72;
    private static final long CATEGORY_ANYOF_MASK = 80;
    private static final long RETURN_MASK = 88;
    private static final int STRUCT = 96;

    // struct page_region: start, end, categories.
    private static final int REGIONS = 64;
    private static final int REGION = 24;

    private final ProcFile pagemap;

    /**
     * Bytes in memory.
     *
     * @param present all but the kernel's page of zeroes, as smaps' Rss
     * @param huge those of it in transparent huge pages
     */
    public record Pages(long present, long huge) {}

    /**
     * Opens the pagemap of a process, and asks once.
     *
     * @param procDir {@code /proc/self} or {@code /proc/PID}
     * @throws LinuxException ENOTTY on a kernel without PAGEMAP_SCAN; else what open(2) says
     */
    public PagemapScan(String procDir) throws LinuxException {
        pagemap = new ProcFile(procDir + "/pagemap", STRUCT + REGIONS * REGION);
        try {
            count(0, MappedPages.pageSize());
        } catch (LinuxException unable) {
            pagemap.close();
            throw unable;
        }
    }

    /**
     * Counts what of {@code [from, to)} is in memory; what is not mapped is not. Both are multiples of the page size.
     */
    public Pages count(long from, long to) throws LinuxException {
        Pointer scan = pagemap.borrow();
        try {
            Counter counter = new Counter(scan);
            counter.count(from, to);
            return new Pages(counter.present, counter.huge);
        } finally {
            pagemap.giveBack(scan);
        }
    }

    /** A place for counts, which allocate nothing. It has to be closed, before this. */
    public Counter counter() {
        return new Counter(new Pointer(Native.malloc(STRUCT + REGIONS * (long) REGION)));
    }

    /** One count after the other, of one thread at a time. */
    public final class Counter implements AutoCloseable {
        private final Pointer scan;
        private long present;
        private long huge;

        private Counter(Pointer scan) {
            this.scan = scan;
        }

        /** As {@link PagemapScan#count}. */
        public void count(long from, long to) throws LinuxException {
            present = 0;
            huge = 0;
            for (long at = from; at < to; at = scan.getLong(WALK_END)) {
                ask(scan, at, to);
                int regions = pagemap.ioctl(PAGEMAP_SCAN, scan);
                if (regions < 0) {
                    throw pagemap.failure("PAGEMAP_SCAN");
                }
                for (int i = 0; i < regions; i++) {
                    long region = STRUCT + i * (long) REGION;
                    long bytes = scan.getLong(region + Long.BYTES) - scan.getLong(region);
                    present += bytes;
                    huge += (scan.getLong(region + 2 * Long.BYTES) & PAGE_IS_HUGE) == 0 ? 0 : bytes;
                }
                if (scan.getLong(WALK_END) <= at) {
                    throw new LinuxException("PAGEMAP_SCAN without progress", Errno.EIO.value());
                }
            }
        }

        /** Bytes in memory, as {@link Pages#present}. */
        public long present() {
            return present;
        }

        /** Bytes of it in transparent huge pages. */
        public long huge() {
            return huge;
        }

        @Override
        public void close() {
            Native.free(Pointer.nativeValue(scan));
        }
    }

    private static void ask(Pointer scan, long from, long to) {
        scan.setLong(SIZE, STRUCT);
        scan.setLong(FLAGS, 0);
        scan.setLong(START, from);
        scan.setLong(END, to);
        scan.setLong(WALK_END, 0);
        scan.setLong(VEC, Pointer.nativeValue(scan) + STRUCT);
        scan.setLong(VEC_LEN, REGIONS);
        scan.setLong(MAX_PAGES, 0);
        scan.setLong(CATEGORY_INVERTED, PAGE_IS_PFNZERO);
        scan.setLong(CATEGORY_MASK, PAGE_IS_PRESENT | PAGE_IS_PFNZERO);
        scan.setLong(CATEGORY_ANYOF_MASK, 0);
        scan.setLong(RETURN_MASK, PAGE_IS_PRESENT | PAGE_IS_HUGE);
    }

    @Override
    public void close() {
        pagemap.close();
    }
}
