package io.clonetrace.linux.bpf;

import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/** The C library functions that the eBPF source needs, by JNA's direct mapping as in {@link LibC}. */
public final class BpfLibC {
    static {
        JnaLibrary.register(BpfLibC.class, "libc.so.6");
    }

    private BpfLibC() {}

    /** syscall(2), for calls that the C library does not wrap. */
    public static native long syscall(long number, long arg1, long arg2, long arg3, long arg4, long arg5);

    /** mmap(2). */
    static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /** munmap(2). */
    static native int munmap(long address, long length);

    /** ioctl(2). */
    static native int ioctl(int fd, long request, long argument);

    /** prlimit(2). */
    static native int prlimit(int pid, int resource, long newLimit, long oldLimit);
}
