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

    /** What is done with a record. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Reads one record, which is overwritten afterwards.
         *
         * @param at its first byte's index in {@code ring}, in which it lies without a break
         */
        void read(ByteBuffer ring, int at);
    }

    private BpfRing(int fd, int size) throws LinuxException {
        this.fd = fd;
        this.size = size;
        consumerPage = SharedMap.writable(fd, page);
        try {
            // The data is mapped twice, one behind the other: a record at the end needs no care.
            producerPages = SharedMap.readOnly(fd, page + 2L * size, page);
        } catch (LinuxException refused) {
            consumerPage.unmap();
            throw refused;
        }
        consumer = consumerPage.bytes();
        producer = producerPages.bytes();
    }

    /** @param size in bytes: a power of two, and whole pages */
    public static BpfRing ofBytes(int size) throws LinuxException {
        int fd = Bpf.createMap(Bpf.RINGBUF, 0, 0, size, 0);
        try {
            return new BpfRing(fd, size);
        } catch (LinuxException refused) {
            LibC.close(fd);
            throw refused;
        }
    }

    /** Its descriptor, by which a program's instructions name it. */
    public int fd() {
        return fd;
    }

    /**
     * Gives each record that is finished to {@code reader}; one that a program is still writing is left, with those
     * behind it, for the next time.
     *
     * @return how many there were
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
