package io.clonetrace.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Reads this process's memory through process_vm_readv(2), which answers EFAULT for an address that is not mapped,
 * where following the pointer would kill the JVM. Safe for any thread.
 */
final class OwnMemory {
    /** Buffers for this many threads at a time are kept; more than that at once is rare, and then allocates. */
    private static final int BUFFERS = 64;

    private final int pid = LibC.getpid();
    private final AtomicReferenceArray<Buffer> free = new AtomicReferenceArray<>(BUFFERS);

    /**
     * A place for the iovecs of one call and what it reads; malloc'ed, because JNA's Memory would start a cleaner
     * thread.
     */
    static final class Buffer {
        static final int WORDS = 512;
        private static final int IOVECS = 8;
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
        void add(long from, long length) {
            memory.setLong(REMOTE + ranges * (long) IOVEC_BYTES, from);
            memory.setLong(REMOTE + ranges * (long) IOVEC_BYTES + Long.BYTES, length);
            ranges++;
            bytes += length;
        }

        /** Reads all ranges added, one behind the other; false if any byte of them can't be read. */
        boolean read(int pid) {
            memory.setLong(LOCAL, address + DATA);
            memory.setLong(LOCAL + (long) Long.BYTES, bytes);
            long done = LibC.process_vm_readv(pid, address + LOCAL, 1, address + REMOTE, ranges, 0);
            boolean complete = done == bytes;
            clear();
            return complete;
        }

        long longAt(int offset) {
            return memory.getLong(DATA + (long) offset);
        }

        int intAt(int offset) {
            return memory.getInt(DATA + (long) offset);
        }
    }

    Buffer borrow() {
        int start = System.identityHashCode(Thread.currentThread()) & (BUFFERS - 1);
        for (int i = 0; i < BUFFERS; i++) {
            int at = (start + i) & (BUFFERS - 1);
            Buffer buffer = free.get(at);
            if (buffer != null && free.compareAndSet(at, buffer, null)) {
                buffer.clear();
                return buffer;
            }
        }
        return new Buffer();
    }

    void giveBack(Buffer buffer) {
        for (int i = 0; i < BUFFERS; i++) {
            if (free.get(i) == null && free.compareAndSet(i, null, buffer)) {
                return;
            }
        }
        Native.free(buffer.address);
    }

    int pid() {
        return pid;
    }
}
