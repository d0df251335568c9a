package io.clonetrace.linux;

import com.sun.jna.Native;

/** What reading tracefs needs of the C library, by JNA's direct mapping as in {@link LibC}. */
final class TracefsLibC {
    static {
        Native.register(TracefsLibC.class, "libc.so.6");
    }

    private TracefsLibC() {}

    /** syscall(2): for fsopen and its kin, which glibc has only since 2.36. */
    static native long syscall(long number, long first, long second, long third, long fourth, long fifth);

    /** open(2), of a file that exists. */
    static native int open(byte[] path, int flags);

    /** read(2). */
    static native long read(int fd, long bytes, long count);

    /** close(2). */
    static native int close(int fd);
}
