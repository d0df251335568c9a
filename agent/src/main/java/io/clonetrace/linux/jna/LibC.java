package io.clonetrace.linux.jna;

import com.sun.jna.Native;

/**
 * The C library, by JNA's direct mapping: a call costs a quarter of one through an interface. Pointers and sizes are
 * {@code long}: the supported processors are all LP64.
 */
public final class LibC {
    static {
        JnaLibrary.register(LibC.class, "libc.so.6");
    }

    private LibC() {}

    /** getpid(2). */
    public static native int getpid();

    /** gettid(2); in glibc since 2.30. */
    public static native int gettid();

    /** prctl(2). */
    public static native int prctl(int option, long arg2, long arg3, long arg4, long arg5);

    /** setpriority(2); 0, 0 is the calling thread. */
    public static native int setpriority(int which, int who, int nice);

    /** process_vm_readv(2): bytes copied, which may be fewer than asked for, or -1. */
    public static native long process_vm_readv(int pid, long local, long locals, long remote, long remotes, long flags);

    /** pipe2(2). */
    public static native int pipe2(int[] ends, int flags);

    /** fcntl(2), with an argument that is an int. */
    public static native int fcntl(int fd, int command, int argument);

    /** close(2). */
    public static native int close(int fd);

    public static int errno() {
        return Native.getLastError();
    }
}
