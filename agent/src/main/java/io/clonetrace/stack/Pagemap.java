package io.clonetrace.stack;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;

/**
 * Which pages of a process are present, from {@code /proc/PID/pagemap}: one 64-bit word a virtual page, bit 63 set
 * where the page is in memory (the kernel's Documentation/admin-guide/mm/pagemap.rst). Readable without privilege for
 * the own process. It is opened at the first question, since most snapshots ask none.
 *
 * <p>A page that was only ever read is mapped to the kernel's zero page: present here, but not in smaps' Rss. Stacks
 * are written first.
 */
final class Pagemap implements PageCount.Counter, AutoCloseable {
    private static final int CHUNK = 8192;

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
     * Bytes of the pages in {@code [from, to)} that are in memory, or {@link StackMeasure#UNKNOWN} where the kernel
     * does not say. Both addresses are multiples of the page size.
     */
    long present(long from, long to) {
        if (refused) {
            return StackMeasure.UNKNOWN;
        }
        try {
            return pages(from / pageSize, to / pageSize) * pageSize;
        } catch (IOException e) {
            refused = true;
            return StackMeasure.UNKNOWN;
        }
    }

    /** It doesn't tell which pages are huge. */
    @Override
    public PageCount count(long from, long to) {
        return new PageCount(present(from, to), StackMeasure.UNKNOWN);
    }

    private long pages(long firstPage, long endPage) throws IOException {
        if (open == null) {
            open = new RandomAccessFile(file.toFile(), "r");
        }
        open.seek(firstPage * Long.BYTES);
        long present = 0;
        for (long page = firstPage; page < endPage; ) {
            int wanted = (int) Math.min(CHUNK, (endPage - page) * Long.BYTES);
            int got = open.read(chunk.array(), 0, wanted);
            if (got < Long.BYTES) {
                throw new EOFException(file + " ends before page " + page);
            }
            LongBuffer words = chunk.clear().limit(got).asLongBuffer();
            page += words.remaining();
            while (words.hasRemaining()) {
                present += words.get() >>> 63;
            }
        }
        return present;
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }
}
