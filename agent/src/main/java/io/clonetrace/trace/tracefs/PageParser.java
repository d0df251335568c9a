package io.clonetrace.trace.tracefs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the pages of the kernel's ring buffer (include/linux/ring_buffer.h, kernel/trace/ring_buffer.c). */
final class PageParser {
    /** Receives the records of a page in the order in which they were written. */
    interface Records {
        /**
         * @param time the trace clock's, in nanoseconds
         * @param page the page's bytes; valid during the call
         * @param start index of the first byte of the record's data
         * @param length number of bytes of data
         * @throws IOException if the data is not such a record
         */
        void record(long time, ByteBuffer page, int start, int length) throws IOException;
    }

    private static final int PADDING = 29;
    private static final int TIME_EXTEND = 30;
    private static final int TIME_STAMP = 31;
    private static final int DELTA_BITS = 27;
    private static final int TYPE_BITS = 5;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;
    private static final int HEADER = 4;

    /** Far above the kernel's largest page (buffer_subbuf_size_kb): a larger size is not a valid description. */
    private static final int LARGEST_PAGE = 16 << 20;

    /** The bits above it flag records missed before the page; the ring's own statistics count those. */
    private static final long COMMIT_MASK = (1L << 30) - 1;

    /** A time stamp has 59 bits; the upper ones are those of the previous time. */
    private static final long STAMP_HIGH_BITS = 0xf8L << 56;

    private final int timestamp;
    private final int commit;
    private final int data;
    private final int size;

    /**
     * @param header events/header_page
     * @throws IOException if it does not describe a page
     */
    PageParser(Format header) throws IOException {
        timestamp = header.offset("timestamp", Long.BYTES);
        commit = header.offset("commit", Long.BYTES);
        data = header.offset("data");
        size = data + header.size("data");
        if (Math.max(timestamp, commit) + Long.BYTES > data || size <= data || size > LARGEST_PAGE) {
            throw new IOException("tracefs: no layout of a page: timestamp at " + timestamp + ", commit at " + commit
                    + ", data at " + data + " to " + size);
        }
    }

    /** A page's size in bytes. */
    int pageSize() {
        return size;
    }

    /** @throws IOException if the bytes are not a valid page; the records before the damage have been passed on */
    void parse(byte[] bytes, int length, Records records) throws IOException {
        if (length < data) {
            throw new IOException("tracefs: a page of " + length + " bytes");
        }
        ByteBuffer page = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.nativeOrder());
        long time = page.getLong(timestamp);
        long end = data + (page.getLong(commit) & COMMIT_MASK);
        if (end > length) {
            throw new IOException("tracefs: a page that says it has " + end + " bytes, and has " + length);
        }
        int at = data;
        while (at + HEADER <= end) {
            int header = page.getInt(at);
            int type = header & TYPE_MASK;
            long delta = header >>> TYPE_BITS;
            if (type == PADDING && delta == 0) {
                return; // the rest of the page is unused
            }
            boolean worded = type > 0 && type < PADDING;
            if (!worded && at + 2 * HEADER > end) {
                throw new IOException("tracefs: a record is cut off");
            }
            long word = worded ? 0 : Integer.toUnsignedLong(page.getInt(at + HEADER));
            if (type == TIME_EXTEND || type == TIME_STAMP) {
                long value = (word << DELTA_BITS) + delta;
                time = type == TIME_EXTEND ? time + value : time & STAMP_HIGH_BITS | value;
                at += 2 * HEADER;
                continue;
            }
            time += delta;
            long whole = HEADER + (worded ? (long) type * Integer.BYTES : word);
            if (whole < 2 * HEADER || at + whole > end) {
                throw new IOException("tracefs: a record is cut off");
            }
            if (type != PADDING) { // padding with a time delta is a discarded record
                int start = worded ? at + HEADER : at + 2 * HEADER;
                records.record(time, page, start, (int) (at + whole - start));
            }
            at += (int) whole;
        }
    }
}
