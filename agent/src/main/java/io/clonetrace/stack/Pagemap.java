package io.clonetrace.stack;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Which pages of a process are present, from {@code /proc/PID/pagemap}: a 64-bit word for each virtual page, with bit
 * 63 set if it is in memory (the kernel's Documentation/admin-guide/mm/pagemap.rst). A process may read its own without
 * privileges. Opened at the first count.
 *
 * <p>A page that was only read is mapped to the kernel's zero page: present here, but not in Rss of smaps. Stack pages
 * are written first.
 */
final class Pagemap implements PageCount.Counter, GuardMarkers, AutoCloseable {
    private static final int CHUNK = 8192;

    // Bits of a word, from the same document. A guard's marker (MADV_GUARD_INSTALL) has "swapped" set too.
    private static final int PRESENT = 63;
    private static final int SWAPPED = 62;
    private static final int GUARD = 58;

    private final Path file;
    private final long pageSize;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.nativeOrder());
    private RandomAccessFile open;
    private boolean refused;

    /**
     * @param file {@code /proc/PID/pagemap}
     * @param pageSize bytes of a page, or {@link StackMeasure#UNKNOWN}
     */
    Pagemap(Path file, long pageSize) {
        this.file = file;
        this.pageSize = pageSize;
        this.refused = pageSize <= 0;
    }

    /**
     * Counts the pages of {@code [from, to)}, which are multiples of the page size; unknown if the file can't be read.
     * Huge pages are not distinguished.
     */
    @Override
    public PageCount count(long from, long to) {
        if (refused) {
            return PageCount.UNKNOWN;
        }
        try {
            return pages(from / pageSize, to / pageSize);
        } catch (IOException e) {
            refused = true;
            return PageCount.UNKNOWN;
        }
    }

    /** Bit 58 since Linux 6.15; older kernels show such a page as swapped out. */
    @Override
    public long[] in(long from, long to) {
        if (refused) {
            return new long[0];
        }
        long[] guards = new long[0];
        try {
            for (long page = from / pageSize; page < to / pageSize; ) {
                for (LongBuffer words = words(page, to / pageSize); words.hasRemaining(); page++) {
                    if ((words.get() >>> GUARD & 1) != 0) {
                        guards = with(guards, page * pageSize);
                    }
                }
            }
        } catch (IOException e) {
            refused = true;
        }
        return guards;
    }

    private long[] with(long[] guards, long page) {
        int length = guards.length;
        boolean longer = length > 0 && guards[length - 1] == page;
        long[] more = longer ? guards : Arrays.copyOf(guards, length + 2);
        if (!longer) {
            more[length] = page;
        }
        more[more.length - 1] = page + pageSize;
        return more;
    }

    /** The words of the next pages, at least one. */
    private LongBuffer words(long page, long endPage) throws IOException {
        if (open == null) {
            open = new RandomAccessFile(file.toFile(), "r");
        }
        open.seek(page * Long.BYTES);
        int wanted = (int) Math.min(CHUNK, (endPage - page) * Long.BYTES);
        int got = open.read(chunk.array(), 0, wanted);
        if (got < Long.BYTES) {
            throw new EOFException(file + " ends before page " + page);
        }
        return chunk.clear().limit(got).asLongBuffer();
    }

    private PageCount pages(long firstPage, long endPage) throws IOException {
        long present = 0;
        long lowest = PageCount.NONE;
        for (long page = firstPage; page < endPage; ) {
            for (LongBuffer words = words(page, endPage); words.hasRemaining(); page++) {
                long word = words.get();
                present += word >>> PRESENT;
                if (lowest == PageCount.NONE && isTouched(word)) {
                    lowest = page * pageSize;
                }
            }
        }
        return new PageCount(present * pageSize, StackMeasure.UNKNOWN, lowest);
    }

    private static boolean isTouched(long word) {
        boolean swapped = (word >>> SWAPPED & 1) != 0 && (word >>> GUARD & 1) == 0;
        return word >>> PRESENT != 0 || swapped;
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }
}
