package io.clonetrace.linux.process;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;

/**
 * Signals to this process's own threads, and how it handles those it receives (signal(7); numbers of
 * asm-generic/signal.h).
 */
public final class Signals {
    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGQUIT = 3;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final int SIGTSTP = 20;
    private static final int SIGTTIN = 21;
    private static final int SIGTTOU = 22;
    private static final int SIGURG = 23; // unused by HotSpot, and ignored by default
    private static final int PR_SET_PDEATHSIG = 1; // linux/prctl.h
    private static final int PR_SET_DUMPABLE = 4;
    private static final long SIG_IGN = 1; // bits/signum-generic.h

    private Signals() {}

    /** Lets {@link #interrupt} end blocking system calls of this process's threads. */
    public static void allowInterrupts() throws LinuxException {
        // The handler must be machine code that does nothing: abs(3) takes an int and has no effect.
        Pointer nothing = NativeLibrary.getInstance("libc.so.6").getFunction("abs");
        if (ProcessLibC.signal(SIGURG, Pointer.nativeValue(nothing)) == -1
                || ProcessLibC.siginterrupt(SIGURG, 1) != 0) {
            throw new LinuxException("signal(SIGURG)", LibC.errno());
        }
    }

    /** Makes a blocking system call of a thread of this process fail with EINTR, if the thread is in one. */
    public static void interrupt(int tid) {
        ProcessLibC.tgkill(LibC.getpid(), tid, SIGURG);
    }

    /** Whether the task belongs to the process. */
    public static boolean isThreadOf(int pid, int tid) {
        return ProcessLibC.tgkill(pid, tid, 0) == 0;
    }

    /** Makes this process ignore a terminal's quit key, at which HotSpot would print a thread dump. */
    public static void ignoreQuit() {
        ProcessLibC.signal(SIGQUIT, SIG_IGN);
    }

    /**
     * Makes this process ignore the signals that a terminal or a service manager sends to a whole process group; for a
     * process that ends with the one it serves.
     */
    public static void ignoreGroups() {
        for (int signal : new int[] {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU}) {
            ProcessLibC.signal(signal, SIG_IGN);
        }
    }

    /** Makes the kernel kill this process when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG). */
    public static void dieWithParent() {
        LibC.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    }

    /** Prevents a core dump of this process (prctl(2), PR_SET_DUMPABLE). */
    public static void leaveNoCore() {
        LibC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }

    /** The calling thread's tid. */
    public static int ownTid() {
        return LibC.gettid();
    }
}
