package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.util.OptionalInt;

/**
 * Tasks made by native code: the addresses of the C library's functions that make them, and the calls that end them.
 */
public final class NativeTasks {
    /** sys/wait.h: also children that send no SIGCHLD when they end. */
    private static final int WALL = 0x40000000;

    private static final int WNOHANG = 1;
    private static final int SIGKILL = 9;

    // The process's own scope, not libc.so.6: before glibc 2.34 these functions were libpthread's.
    private static final NativeLibrary PROCESS = NativeLibrary.getProcess();

    private NativeTasks() {}

    /** Direct mapping: see {@link LibC}. */
    private static final class Calls {
        static {
            Native.register(Calls.class, PROCESS);
        }

        static native int pthread_join(long thread, long result);

        static native int waitpid(int pid, int[] status, int options);

        static native int kill(int pid, int signal);
    }

    /** The address of clone(2)'s wrapper in the C library. */
    public static long cloneFunction() {
        return address("clone");
    }

    /** The address of pthread_create(3). */
    public static long pthreadCreateFunction() {
        return address("pthread_create");
    }

    private static long address(String function) {
        return Pointer.nativeValue(PROCESS.getGlobalVariableAddress(function));
    }

    /** The failure of a call that returned this errno, or set it. */
    public static LinuxException failure(String call, int errno) {
        return new LinuxException(call, errno);
    }

    /**
     * Waits for the thread to end, and frees what libc keeps of it (pthread_join(3)).
     *
     * @param thread its pthread_t
     */
    public static void join(long thread) throws LinuxException {
        int error = Calls.pthread_join(thread, 0);
        if (error != 0) {
            throw new LinuxException("pthread_join", error);
        }
    }

    /**
     * Reaps a child process, whatever signal it sends when it ends, without waiting for it (waitpid(2)).
     *
     * @return the status word of waitpid(2); empty while the process runs
     */
    public static OptionalInt reap(int pid) throws LinuxException {
        int[] status = new int[1];
        int result = Calls.waitpid(pid, status, WNOHANG | WALL);
        if (result == -1) {
            throw new LinuxException("waitpid " + pid, Native.getLastError());
        }
        return result == 0 ? OptionalInt.empty() : OptionalInt.of(status[0]);
    }

    /** Kills a child process (kill(2), SIGKILL). */
    public static void kill(int pid) {
        Calls.kill(pid, SIGKILL);
    }

    /** The errno of the calling thread's latest native call. */
    public static int errno() {
        return Native.getLastError();
    }
}
