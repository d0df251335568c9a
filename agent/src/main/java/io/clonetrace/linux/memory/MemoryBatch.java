package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.jna.LibC;

/**
 * Reads many places of this process's memory by one process_vm_readv(2), as {@link OwnMemory} reads a few. Addresses
 * and words are copied to and from native memory at once: a call of a buffer's for each is most of the time that the
 * first snapshot takes, which is interpreted. For one thread.
 */
public final class MemoryBatch implements AutoCloseable {
    /** UIO_MAXIOV of linux/uio.h is 1,024. */
    private static final int MOST_RANGES = 1_000;

    private static final int MOST_WORDS = 1 << 15;

    private static final int IOVEC_WORDS = 2;

    private final int pid = LibC.getpid();
    private final long offset;
    private final int rangeWords;
    private final int most;
    private final long[] iovecs;
    private final long[] words;
    private final Pointer memory;
    private final int dataAt;

    /**
     * For the same part of many objects.
     *
     * @param part by its offset in each
     * @param wanted how many objects there are to read, in one call or several
     */
    public MemoryBatch(OwnMemory.Part part, int wanted) {
        // Whole words; objects are aligned to them.
        offset = part.from() / Long.BYTES * Long.BYTES;
        rangeWords = (int) ((part.from() + part.length() - offset + Long.BYTES - 1) / Long.BYTES);
        most = Math.min(Math.min(MOST_RANGES, wanted), MOST_WORDS / rangeWords);
        // The local one first.
        iovecs = new long[IOVEC_WORDS * (1 + most)];
        words = new long[rangeWords * most];
        dataAt = iovecs.length * Long.BYTES;
        memory = new Pointer(Native.malloc(dataAt + Math.max(1, words.length) * (long) Long.BYTES));
    }

    /** How many objects one call reads at most. */
    public int most() {
        return most;
    }

    /**
     * Reads objects in their order, as many as one call can, until one can't be read whole.
     *
     * @param objects their addresses, from that index on and before the other
     * @return how many were read
     */
    public int read(long[] objects, int from, int to) {
        int added = Math.min(to - from, most);
        for (int i = 0; i < added; i++) {
            iovecs[IOVEC_WORDS * (1 + i)] = objects[from + i] + offset;
            iovecs[IOVEC_WORDS * (1 + i) + 1] = rangeWords * (long) Long.BYTES;
        }
        iovecs[0] = Pointer.nativeValue(memory) + dataAt;
        iovecs[1] = added * rangeWords * (long) Long.BYTES;
        memory.write(0, iovecs, 0, IOVEC_WORDS * (1 + added));
        long address = Pointer.nativeValue(memory);
        long done = LibC.process_vm_readv(pid, address, 1, address + IOVEC_WORDS * (long) Long.BYTES, added, 0);
        int read = (int) Math.max(0, done / (rangeWords * (long) Long.BYTES));
        memory.read(dataAt, words, 0, read * rangeWords);
        return read;
    }

    /** A word of one of those that were read. */
    public long longAt(int object, long byteOffset) {
        return words[object * rangeWords + (int) (byteOffset - offset) / Long.BYTES];
    }

    /** A half of a word, which is little-endian on x86-64 and aarch64. */
    public int intAt(int object, long byteOffset) {
        return (int) (longAt(object, byteOffset) >>> Byte.SIZE * ((byteOffset - offset) % Long.BYTES));
    }

    @Override
    public void close() {
        Native.free(Pointer.nativeValue(memory));
    }
}
