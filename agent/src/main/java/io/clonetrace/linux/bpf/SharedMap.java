package io.clonetrace.linux.bpf;

import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Kernel memory that this process has mapped through a descriptor. */
final class SharedMap {
    private static final int PROT_READ = 1; // asm-generic/mman-common.h
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    private final long address;
    private final long size;

    private SharedMap(long address, long size) {
        this.address = address;
        this.size = size;
    }

    static SharedMap writable(int fd, long size) throws LinuxException {
        return of(fd, size, PROT_READ | PROT_WRITE, 0);
    }

    static SharedMap readOnly(int fd, long size, long offset) throws LinuxException {
        return of(fd, size, PROT_READ, offset);
    }

    private static SharedMap of(int fd, long size, int protection, long offset) throws LinuxException {
        long address = BpfLibC.mmap(0, size, protection, MAP_SHARED, fd, offset);
        if (address == MAP_FAILED) {
            throw new LinuxException("mmap of a BPF map, " + size + " bytes", LibC.errno());
        }
        return new SharedMap(address, size);
    }

    /** The memory itself; access after {@link #unmap} crashes the JVM. */
    ByteBuffer bytes() {
        return new Pointer(address).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
    }

    void unmap() {
        BpfLibC.munmap(address, size);
    }
}
