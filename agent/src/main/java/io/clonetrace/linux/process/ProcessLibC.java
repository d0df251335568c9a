package io.clonetrace.linux.process;

import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/**
 * The functions of the C library that a tracer calls, by JNA's direct mapping as in {@link LibC}. Only the tracer
 * process loads it.
 */
final class ProcessLibC {
    static {
        JnaLibrary.register(ProcessLibC.class, "libc.so.6");
    }

    private ProcessLibC() {}

    /** ptrace(2), but for the requests that return what they read. */
    static native long ptrace(long request, long tid, long address, long data);

    /** waitpid(2). */
    static native int waitpid(int pid, long status, int options);

    /** tgkill(2); in glibc since 2.30. */
    static native int tgkill(int pid, int tid, int signal);

    /** kill(2). */
    static native int kill(int pid, int signal);

    /** syscall(2), for calls for which older C libraries have no function. */
    static native long syscall(long number, long arg1, long arg2, long arg3, long arg4);

    /** signal(3): the handler before, or -1. */
    static native long signal(int signal, long handler);

    /** siginterrupt(3). */
    static native int siginterrupt(int signal, int interrupts);

    /** clock_gettime(2). */
    static native int clock_gettime(int clock, long timespec);

    /** posix_spawn(3): 0, or the errno itself. */
    static native int posix_spawn(long pid, long path, long actions, long attributes, long argv, long envp);

    /** posix_spawnattr_init(3). */
    static native int posix_spawnattr_init(long attributes);

    /** posix_spawnattr_setflags(3). */
    static native int posix_spawnattr_setflags(long attributes, short flags);

    /** posix_spawnattr_setsigmask(3). */
    static native int posix_spawnattr_setsigmask(long attributes, long mask);

    /** posix_spawnattr_destroy(3). */
    static native int posix_spawnattr_destroy(long attributes);

    /** sigemptyset(3). */
    static native int sigemptyset(long set);
}
