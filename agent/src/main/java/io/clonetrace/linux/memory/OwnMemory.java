package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.jna.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads this process's memory through process_vm_readv(2), which returns EFAULT for an unmapped address, where
 * following the pointer would kill the JVM. Thread-safe.
 */
public final class OwnMemory {
    /** Buffers for this many threads at a time are kept; any further one is allocated. */
    private static final int BUFFERS = 64;

    /** Words by which {@link #words} asks for less. */
    private static final int STEP = 16;

    private final int pid = LibC.getpid();
    private final ObjectPool<Buffer> free = new ObjectPool<>(BUFFERS);

    /**
     * The part of a C++ object that holds some of its fields, read in one piece.
     *
     * @param from offset of its first byte
     * @param length bytes
     */
    public record Part(long from, int length) {
        public static Part holding(long... offsets) {
            long from = offsets[0];
            long last = offsets[0];
            for (long offset : offsets) {
                from = Math.min(from, offset);
                last = Math.max(last, offset);
            }
            long to = last + Long.BYTES;
            if (to - from > Buffer.WORDS * Long.BYTES) {
                throw new IllegalStateException("fields that are " + (to - from) + " bytes apart");
            }
            return new Part(from, (int) (to - from));
        }

        /** The field's offset in the bytes read. */
        public int place(long offset) {
            return (int) (offset - from);
        }

        /** The most objects of which one read can take this part. */
        public int most() {
            return Math.min(Buffer.IOVECS, Buffer.WORDS * Long.BYTES / length);
        }
    }

    /**
     * Memory for the iovecs of one call and the bytes that it reads; malloc'ed, because JNA's Memory would start a
     * cleaner thread.
     */
    public static final class Buffer {
        public static final int WORDS = 512;
        public static final int IOVECS = 64;
        private static final int IOVEC_BYTES = 16;
        private static final int LOCAL = 0;
        private static final int REMOTE = IOVEC_BYTES;
        private static final int DATA = REMOTE + IOVECS * IOVEC_BYTES;

        private static final int BYTES = DATA + WORDS * Long.BYTES;

        private final long address = Native.malloc(BYTES);

        /** A call of JNA's for each word would take longer than the words that are read are worth. */
        private final ByteBuffer memory =
                new Pointer(address).getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder());

        private int ranges;
        private long bytes;

        /** Its previous user may have been interrupted between adding and reading. */
        private void clear() {
            ranges = 0;
            bytes = 0;
        }

        /** Adds a range to the next read. */
        public void add(long from, long length) {
            memory.putLong(REMOTE + ranges * IOVEC_BYTES, from);
            memory.putLong(REMOTE + ranges * IOVEC_BYTES + Long.BYTES, length);
            ranges++;
            bytes += length;
        }

        /** Adds that part of an object to the next read. */
        public void add(long object, Part part) {
            add(object + part.from(), part.length());
        }

        /** Reads all ranges added, one after the other; false if any of their bytes can't be read. */
        public boolean read(int pid) {
            long wanted = bytes;
            return readSome(pid) == wanted;
        }

        /**
         * Reads the ranges added, one after the other, until one of them can't be read whole.
         *
         * @return the bytes of those before it; what is behind them is undefined
         */
        public long readSome(int pid) {
            memory.putLong(LOCAL, address + DATA);
            memory.putLong(LOCAL + Long.BYTES, bytes);
            long done = LibC.process_vm_readv(pid, address + LOCAL, 1, address + REMOTE, ranges, 0);
            clear();
            return done;
        }

        public long longAt(int offset) {
            return memory.getLong(DATA + offset);
        }

        public int intAt(int offset) {
            return memory.getInt(DATA + offset);
        }
    }

    /** The words from an address on: fewer than asked for where the memory ends before. */
    public long[] words(long address, int most) {
        Buffer buffer = borrow();
        try {
            int length = most;
            buffer.add(address, length * (long) Long.BYTES);
            while (length > 0 && !buffer.read(pid)) {
                length = Math.max(0, length - STEP);
                buffer.add(address, length * (long) Long.BYTES);
            }
            long[] words = new long[length];
            for (int word = 0; word < length; word++) {
                words[word] = buffer.longAt(word * Long.BYTES);
            }
            return words;
        } finally {
            giveBack(buffer);
        }
    }

    public Buffer borrow() {
        Buffer kept = free.take();
        if (kept == null) {
            return new Buffer();
        }
        kept.clear();
        return kept;
    }

    public void giveBack(Buffer buffer) {
        if (!free.give(buffer)) {
            Native.free(buffer.address);
        }
    }

    public int pid() {
        return pid;
    }
}
