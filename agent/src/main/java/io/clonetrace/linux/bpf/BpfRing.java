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
    private final SharedMap producerPages;
    private final ByteBuffer consumer;
    private final ByteBuffer producer;

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

    private BpfRing(int fd, int size) throws LinuxException {
        this.fd = fd;
        this.size = size;
        consumerPage = SharedMap.writable(fd, page);
        try {
            // The kernel maps the data twice in a row, so a record that wraps around is still contiguous.
            producerPages = SharedMap.readOnly(fd, page + 2L * size, page);
        } catch (LinuxException refused) {
            consumerPage.unmap();
            throw refused;
        }
        consumer = consumerPage.bytes();
        producer = producerPages.bytes();
    }

    /** @param size in bytes: a power of two and a multiple of the page size */
    public static BpfRing ofBytes(int size) throws LinuxException {
        int fd = Bpf.createMap(Bpf.RINGBUF, 0, 0, size, 0);
        try {
            return new BpfRing(fd, size);
        } catch (LinuxException refused) {
            LibC.close(fd);
            throw refused;
        }
    }

    /** Its descriptor, which a program's instructions refer to. */
    public int fd() {
        return fd;
    }

    /**
     * Passes each finished record to {@code reader}. A record that a program is still writing, and those after it, stay
     * for the next call.
     *
     * @return how many records were read
     */
    public int drain(Reader reader) {
        int records = 0;
        long position = (long) LONG.get(consumer, 0);
        long end = (long) LONG.getAcquire(producer, 0);
        while (position < end) {
            int at = page + (int) (position & size - 1);
            int header = (int) INT.getAcquire(producer, at);
            if ((header & BUSY) != 0) {
                break;
            }
            if ((header & DISCARDED) == 0) {
                reader.read(producer, at + HEADER);
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
        producerPages.unmap();
        LibC.close(fd);
    }
}
