package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads another process's memory by process_vm_readv(2), which needs the same rights as ptrace. Not thread-safe. */
public final class RemoteMemory {
    private static final int LOCAL = 0;
    private static final int REMOTE = 2 * Long.BYTES;
    private static final int IOVEC = 2 * Long.BYTES;

    /** The smallest page of the supported processors. */
    private static final int PAGE = 4096;

    private final long address;
    private final Pointer memory;

    /** The same memory: a call of JNA's for each word would prolong each stop of a tracee. */
    private final ByteBuffer words;

    private final int capacity;
    private final int data;

    /** @param capacity the most bytes of one read */
    public RemoteMemory(int capacity) {
        this.capacity = capacity;
        data = REMOTE + (capacity / PAGE + 2) * IOVEC;
        address = Native.malloc(data + (long) capacity);
        memory = new Pointer(address);
        words = memory.getByteBuffer(0, data + (long) capacity).order(ByteOrder.nativeOrder());
        words.putLong(LOCAL, address + data);
    }

    /**
     * Checks the right to read the process's memory, which is the right to trace it (PTRACE_MODE_ATTACH_REALCREDS of
     * ptrace(2)); reads nothing.
     *
     * @throws LinuxException EPERM without that right, ESRCH if the process is gone or has no memory
     */
    public static void demandRights(int pid) throws LinuxException {
        RemoteMemory nowhere = new RemoteMemory(1);
        try {
            // The kernel checks the right first, then the address, at which no process has memory.
            if (!nowhere.read(pid, 0, 1) && LibC.errno() != Errno.EFAULT.value()) {
                throw new LinuxException("process_vm_readv of " + pid, LibC.errno());
            }
        } finally {
            nowhere.close();
        }
    }

    /** Reads at most {@code bytes}; false if any of them can't be read. The bytes after them read as 0. */
    public boolean read(int tid, long from, int bytes) {
        int wanted = Math.min(bytes, capacity);
        if (wanted < capacity) {
            memory.setMemory(data, capacity, (byte) 0);
        }
        words.putLong(LOCAL + Long.BYTES, wanted);
        words.putLong(REMOTE, from);
        words.putLong(REMOTE + Long.BYTES, wanted);
        return LibC.process_vm_readv(tid, address + LOCAL, 1, address + REMOTE, 1, 0) == wanted;
    }

    /**
     * Reads bytes at two addresses by one call.
     *
     * @return how many were read, of both together: those at the first address alone if those at the second can't be
     *     read; negative if none can
     */
    public int readBoth(int tid, long first, int bytes, long second, int secondBytes) {
        words.putLong(LOCAL + Long.BYTES, bytes + secondBytes);
        words.putLong(REMOTE, first);
        words.putLong(REMOTE + Long.BYTES, bytes);
        words.putLong(REMOTE + IOVEC, second);
        words.putLong(REMOTE + IOVEC + Long.BYTES, secondBytes);
        return (int) LibC.process_vm_readv(tid, address + LOCAL, 1, address + REMOTE, 2, 0);
    }

    /**
     * Reads bytes at several addresses by one call, one after the other.
     *
     * @param count how many addresses; at most {@link #most}
     * @param into the bytes
     * @return how many bytes were read before the first address at which not all can be; negative if the call failed:
     *     the errno
     */
    public int readAll(int pid, long[] from, int[] lengths, int count, byte[] into) {
        int wanted = Arrays.stream(lengths, 0, count).sum();
        if (count > most() || wanted > capacity) {
            throw new IllegalArgumentException(count + " addresses, " + wanted + " bytes");
        }
        for (int i = 0; i < count; i++) {
            words.putLong(REMOTE + i * IOVEC, from[i]);
            words.putLong(REMOTE + i * IOVEC + Long.BYTES, lengths[i]);
        }
        words.putLong(LOCAL + Long.BYTES, wanted);
        int read = (int) LibC.process_vm_readv(pid, address + LOCAL, 1, address + REMOTE, count, 0);
        if (read < 0) {
            return -LibC.errno();
        }
        memory.read(data, into, 0, read);
        return read;
    }

    /** The most addresses of one {@link #readAll}. */
    public int most() {
        return capacity / PAGE + 2;
    }

    /**
     * Reads as many bytes as can be read from there on: up to the first page that can't.
     *
     * @return how many
     */
    public int readUpTo(int tid, long from, byte[] into) {
        int wanted = Math.min(into.length, capacity);
        words.putLong(LOCAL + Long.BYTES, wanted);
        // process_vm_readv(2) promises whole elements only: one a page.
        int pages = 0;
        for (int at = 0; at < wanted; pages++) {
            int bytes = (int) Math.min(wanted - at, PAGE - (from + at & PAGE - 1));
            words.putLong(REMOTE + pages * IOVEC, from + at);
            words.putLong(REMOTE + pages * IOVEC + Long.BYTES, bytes);
            at += bytes;
        }
        int read = (int) Math.max(0, LibC.process_vm_readv(tid, address + LOCAL, 1, address + REMOTE, pages, 0));
        memory.read(data, into, 0, read);
        return read;
    }

    /** Eight of the bytes read. */
    public long longAt(int offset) {
        return words.getLong(data + offset);
    }

    /** Frees the memory; no method may be called afterwards. */
    public void close() {
        Native.free(address);
    }
}
