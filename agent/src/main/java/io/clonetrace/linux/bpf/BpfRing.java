package io.clonetrace.linux.bpf;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import io.clonetrace.linux.memory.MappedPages;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A BPF ring buffer (Documentation/bpf/ringbuf.rst): programs write records, this process reads them in the order in
 * which they were reserved. Used by one thread.
 */
public final class BpfRing implements AutoCloseable {
    private static final int BUSY = 1 << 31; // linux/bpf.h: BPF_RINGBUF_BUSY_BIT
    private static final int DISCARDED = 1 << 30; // BPF_RINGBUF_DISCARD_BIT
    private static final int HEADER = 8; // BPF_RINGBUF_HDR_SZ
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final int fd;
    private final int size;
    private final int page = MappedPages.pageSize();
    private final SharedMap consumerPage;
    private final SharedMap producerPage;
    private final ByteBuffer consumer;
    private final ByteBuffer producer;

    /** The data; null if it is mapped only while it is read. */
    private final SharedMap data;

    private final ByteBuffer dataBytes;

    /** Consumes records. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Reads one record, which may be overwritten afterwards.
         *
         * @param at index of its first byte in {@code ring}, where it is contiguous
         */
        void read(ByteBuffer ring, int at);
    }

    private BpfRing(int fd, int size, boolean alwaysMapped) throws LinuxException {
        this.fd = fd;
        this.size = size;
        consumerPage = SharedMap.writable(fd, page);
        try {
            producerPage = SharedMap.readOnly(fd, page, page);
            try {
                data = alwaysMapped ? data(0, size + (long) page) : null;
            } catch (LinuxException refused) {
                producerPage.unmap();
                throw refused;
            }
        } catch (LinuxException refused) {
            consumerPage.unmap();
            throw refused;
        }
        consumer = consumerPage.bytes();
        producer = producerPage.bytes();
        dataBytes = data == null ? null : data.bytes();
    }

    /**
     * Maps data. The kernel has the data twice in a row, so a record that wraps around is still contiguous. What is
     * mapped counts as this process's resident memory.
     */
    private SharedMap data(long from, long bytes) throws LinuxException {
        return SharedMap.readOnly(fd, bytes, 2L * page + from);
    }

    /**
     * Creates a ring that stays mapped, for records of at most a page.
     *
     * @param size in bytes: a power of two and a multiple of the page size
     */
    public static BpfRing ofBytes(int size) throws LinuxException {
        return of(size, true);
    }

    /**
     * Creates a ring that is seldom read, for records of any length: its data is mapped only meanwhile.
     *
     * @param size as for {@link #ofBytes}
     */
    public static BpfRing mappedWhileRead(int size) throws LinuxException {
        return of(size, false);
    }

    private static BpfRing of(int size, boolean alwaysMapped) throws LinuxException {
        int fd = Bpf.createMap(Bpf.RINGBUF, 0, 0, size, 0);
        try {
            return new BpfRing(fd, size, alwaysMapped);
        } catch (LinuxException refused) {
            LibC.close(fd);
            throw refused;
        }
    }

    /** Its descriptor, which a program's instructions refer to. */
    public int fd() {
        return fd;
    }

    /** Its size in bytes. */
    public int bytes() {
        return size;
    }

    /** Whether all records that programs have begun were read. */
    public boolean isEmpty() {
        return (long) LONG.get(consumer, 0) >= (long) LONG.getAcquire(producer, 0);
    }

    /**
     * Passes each finished record to {@code reader}. A record that a program is still writing, and those after it, stay
     * for the next call.
     *
     * @return how many records were read
     */
    public int drain(Reader reader) {
        long position = (long) LONG.get(consumer, 0);
        long end = (long) LONG.getAcquire(producer, 0);
        if (position >= end) {
            return 0;
        }
        int first = (int) (position & size - 1);
        if (data != null) {
            return drain(reader, dataBytes, first, position, end);
        }
        int aligned = first & -page;
        try {
            SharedMap window = data(aligned, first - aligned + (end - position) + page - 1 & -page);
            try {
                return drain(reader, window.bytes(), first - aligned, position, end);
            } finally {
                window.unmap();
            }
        } catch (LinuxException refused) {
            // The process has all the mappings that it may have; the records wait.
            return 0;
        }
    }

    /** @param first where in {@code bytes} the record at position {@code from} is */
    private int drain(Reader reader, ByteBuffer bytes, int first, long from, long end) {
        int records = 0;
        long position = from;
        while (position < end) {
            int at = first + (int) (position - from);
            int header = (int) INT.getAcquire(bytes, at);
            if ((header & BUSY) != 0) {
                break;
            }
            if ((header & DISCARDED) == 0) {
                reader.read(bytes, at + HEADER);
                records++;
            }
            position += (header & ~DISCARDED) + HEADER + 7 & ~7;
            LONG.setRelease(consumer, 0, position);
        }
        return records;
    }

    @Override
    public void close() {
        consumerPage.unmap();
        producerPage.unmap();
        if (data != null) {
            data.unmap();
        }
        LibC.close(fd);
    }
}
