package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.jna.LibC;

/**
 * Reads this process's memory through process_vm_readv(2), which answers EFAULT for an address that is not mapped,
 * where following the pointer would kill the JVM. Safe for any thread.
 */
public final class OwnMemory {
    /** Buffers for this many threads at a time are kept; more than that at once is rare, and then allocates. */
    private static final int BUFFERS = 64;

    private final int pid = LibC.getpid();
    private final ObjectPool<Buffer> free = new ObjectPool<>(BUFFERS);

    /**
     * The part of a C++ object that holds some of its fields, read as one.
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
                throw new IllegalStateException("fields that lie " + (to - from) + " bytes apart");
            }
            return new Part(from, (int) (to - from));
        }

        /** Where the field lies in what was read. */
        public int place(long offset) {
            return (int) (offset - from);
        }

        /** Of how many objects one read takes this part. */
        public int most() {
            return Math.min(Buffer.IOVECS, Buffer.WORDS * Long.BYTES / length);
        }
    }

    /**
     * A place for the iovecs of one call and what it reads; malloc'ed, because JNA's Memory would start a cleaner
     * thread.
     */
    public static final class Buffer {
        public static final int WORDS = 512;
        private static final int IOVECS = 64;
        private static final int IOVEC_BYTES = 16;
        private static final int LOCAL = 0;
        private static final int REMOTE = IOVEC_BYTES;
        private static final int DATA = REMOTE + IOVECS * IOVEC_BYTES;

        private final long address = Native.malloc(DATA + WORDS * (long) Long.BYTES);
        private final Pointer memory = new Pointer(address);
        private int ranges;
        private long bytes;

        /** Whoever had it before may have been cut short between its adding and its reading. */
        private void clear() {
            ranges = 0;
            bytes = 0;
        }

        /** Adds a range to the next read. */
        public void add(long from, long length) {
            memory.setLong(REMOTE + ranges * (long) IOVEC_BYTES, from);
            memory.setLong(REMOTE + ranges * (long) IOVEC_BYTES + Long.BYTES, length);
            ranges++;
            bytes += length;
        }

        /** Adds that part of an object to the next read. */
        public void add(long object, Part part) {
            add(object + part.from(), part.length());
        }

        /** Reads all ranges added, one behind the other; false if any byte of them can't be read. */
        public boolean read(int pid) {
            memory.setLong(LOCAL, address + DATA);
            memory.setLong(LOCAL + (long) Long.BYTES, bytes);
            long done = LibC.process_vm_readv(pid, address + LOCAL, 1, address + REMOTE, ranges, 0);
            boolean complete = done == bytes;
            clear();
            return complete;
        }

        public long longAt(int offset) {
            return memory.getLong(DATA + (long) offset);
        }

        public int intAt(int offset) {
            return memory.getInt(DATA + (long) offset);
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
