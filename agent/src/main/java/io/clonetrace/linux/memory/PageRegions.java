package io.clonetrace.linux.memory;

import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The regions of pages that one ioctl PAGEMAP_SCAN found, in the order of their addresses (linux/fs.h, struct
 * pm_scan_arg and struct page_region). Allocates nothing after it was made. For one thread at a time.
 */
final class PageRegions {
    // _IOWR('f', 16, struct pm_scan_arg)
    private static final long PAGEMAP_SCAN = (3L << 30) | (96L << 16) | ('f' << 8) | 16;

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
    private static final int WORDS = 3;

    private static final int REGION = WORDS * Long.BYTES;

    private final ProcFile pagemap;
    private final Pointer scan;

    /** The same memory: a call of JNA's for each field would take as long as the ioctl. */
    private final ByteBuffer fields;

    /** The regions that the latest scan found: copied at once, for many are looked at more than once. */
    private final long[] regions;

    /**
     * @param scan {@link #bytes} of memory, which is not freed here
     * @param most regions that one call may find
     * @param returned the categories that are looked at of a page that was found
     */
    PageRegions(ProcFile pagemap, Pointer scan, int most, long returned) {
        this.pagemap = pagemap;
        this.scan = scan;
        this.fields = scan.getByteBuffer(0, bytes(most)).order(ByteOrder.nativeOrder());
        this.regions = new long[most * WORDS];
        fields.putLong(SIZE, STRUCT);
        fields.putLong(FLAGS, 0);
        fields.putLong(VEC, Pointer.nativeValue(scan) + STRUCT);
        fields.putLong(VEC_LEN, most);
        fields.putLong(MAX_PAGES, 0);
        fields.putLong(CATEGORY_INVERTED, 0);
        fields.putLong(CATEGORY_MASK, 0);
        fields.putLong(RETURN_MASK, returned);
    }

    /** Size of the memory that so many regions need. */
    static long bytes(int regions) {
        return STRUCT + regions * (long) REGION;
    }

    /** Finds the first regions of {@code [at, to)} with one of those categories; returns how many, or -1: errno. */
    int tryScan(long at, long to, long anyOf) {
        fields.putLong(START, at);
        fields.putLong(END, to);
        fields.putLong(CATEGORY_ANYOF_MASK, anyOf);
        int found = pagemap.ioctl(PAGEMAP_SCAN, scan);
        if (found > 0) {
            scan.read(STRUCT, regions, 0, found * WORDS);
        }
        return found;
    }

    /** As {@link #tryScan}. */
    int scan(long at, long to, long anyOf) throws LinuxException {
        int found = tryScan(at, to, anyOf);
        if (found < 0) {
            throw pagemap.failure("PAGEMAP_SCAN");
        }
        return found;
    }

    /** How far the latest scan came, which began at {@code at}. */
    long walked(long at) throws LinuxException {
        long walked = fields.getLong(WALK_END);
        if (walked <= at) {
            throw new LinuxException("PAGEMAP_SCAN without progress", Errno.EIO.value());
        }
        return walked;
    }

    /** The lowest address of a region. */
    long start(int region) {
        return regions[region * WORDS];
    }

    /** Its highest address, exclusive. */
    long end(int region) {
        return regions[region * WORDS + 1];
    }

    /** The categories that all of its pages have. */
    long categories(int region) {
        return regions[region * WORDS + 2];
    }

    Pointer memory() {
        return scan;
    }
}
