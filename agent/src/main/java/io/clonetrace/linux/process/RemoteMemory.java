package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;

/** Reads another process's memory by process_vm_readv(2), which needs the same rights as ptrace. Not thread-safe. */
public final class RemoteMemory {
    private static final int LOCAL = 0;
    private static final int REMOTE = 2 * Long.BYTES;
    private static final int DATA = REMOTE + 2 * Long.BYTES;

    private final long address;
    private final Pointer memory;
    private final int capacity;

    /** @param capacity the most bytes of one read */
    public RemoteMemory(int capacity) {
        this.capacity = capacity;
        address = Native.malloc(DATA + (long) capacity);
        memory = new Pointer(address);
        memory.setLong(LOCAL, address + DATA);
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
            memory.setMemory(DATA, capacity, (byte) 0);
        }
        memory.setLong(LOCAL + (long) Long.BYTES, wanted);
        memory.setLong(REMOTE, from);
        memory.setLong(REMOTE + (long) Long.BYTES, wanted);
        return LibC.process_vm_readv(tid, address + LOCAL, 1, address + REMOTE, 1, 0) == wanted;
    }

    /** Eight of the bytes read. */
    public long longAt(int offset) {
        return memory.getLong(DATA + (long) offset);
    }

    /** Frees the memory; no method may be called afterwards. */
    public void close() {
        Native.free(address);
    }
}
