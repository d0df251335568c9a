package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/**
 * Memory of this process outside of the JVM's own: mapped by mmap(2), unmapped by {@link #close}. Offsets and sizes are
 * in bytes. Nothing is checked: an access beyond the end, or after {@link #close}, kills the JVM.
 */
public final class MappedPages implements AutoCloseable {
    // asm-generic/mman-common.h and linux/mman.h; equal on x86-64 and aarch64.
    private static final int PROT_NONE = 0;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_SHARED = 0x01;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_STACK = 0x20000;
    private static final long MAP_FAILED = -1;

    private final long address;
    private final long size;
    private final Pointer memory;

    private MappedPages(long size, int flags) throws LinuxException {
        this.size = size;
        this.address = Calls.mmap(0, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
        if (address == MAP_FAILED) {
            throw new LinuxException("mmap of " + size + " bytes", Native.getLastError());
        }
        this.memory = new Pointer(address);
    }

    /** Direct mapping: see {@link LibC}. */
    private static final class Calls {
        static {
            JnaLibrary.register(Calls.class, "libc.so.6");
        }

        static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

        static native int mprotect(long address, long length, int protection);

        static native int munmap(long address, long length);

        static native int getpagesize();
    }

    /** The system's page size in bytes (getpagesize(2)). */
    public static int pageSize() {
        return Calls.getpagesize();
    }

    /** Pages that a child process gets a copy of. */
    public static MappedPages ofThisProcess(long size) throws LinuxException {
        return new MappedPages(size, MAP_PRIVATE);
    }

    /** Pages that a child process shares with this one. */
    public static MappedPages sharedWithChildren(long size) throws LinuxException {
        return new MappedPages(size, MAP_SHARED);
    }

    /**
     * A stack as mmap(2) recommends: MAP_STACK, and {@code guard} inaccessible bytes at its low end, not counted in
     * {@code size}.
     */
    public static MappedPages stack(long guard, long size) throws LinuxException {
        MappedPages stack = new MappedPages(guard + size, MAP_PRIVATE | MAP_STACK);
        if (Calls.mprotect(stack.address, guard, PROT_NONE) != 0) {
            int errno = Native.getLastError();
            stack.close();
            throw new LinuxException("mprotect(PROT_NONE) of a stack's guard", errno);
        }
        return stack;
    }

    /**
     * Makes the pages executable and read-only.
     *
     * @throws LinuxException EACCES if a security module (SELinux's execmem) or seccomp denies executable pages
     */
    void makeExecutable() throws LinuxException {
        // The kernel makes the instruction cache coherent with what was written (arch/arm64/mm/flush.c,
        // __sync_icache_dcache).
        if (Calls.mprotect(address, size, PROT_READ | PROT_EXEC) != 0) {
            throw new LinuxException("mprotect(PROT_READ|PROT_EXEC)", Native.getLastError());
        }
    }

    /** The lowest address. */
    public long address() {
        return address;
    }

    /** Bytes from {@link #address} on. */
    public long size() {
        return size;
    }

    /** The eight bytes at that offset. */
    public long getLong(long offset) {
        return memory.getLong(offset);
    }

    /** Writes eight bytes at that offset. */
    public void setLong(long offset, long value) {
        memory.setLong(offset, value);
    }

    /** The four bytes at that offset. */
    public int getInt(long offset) {
        return memory.getInt(offset);
    }

    /** Writes four bytes at that offset. */
    public void setInt(long offset, int value) {
        memory.setInt(offset, value);
    }

    void write(byte[] bytes) {
        memory.write(0, bytes, 0, bytes.length);
    }

    @Override
    public void close() {
        Calls.munmap(address, size);
    }
}
