package io.clonetrace.linux.process;

/**
 * The status word of waitpid(2): the task ended, or stopped for its tracer.
 *
 * @param bits the status word
 */
public record WaitStatus(int bits) {
    private static final int STOPPED = 0x7f;
    private static final int CORE_DUMPED = 0x80;
    private static final int SHELL_SIGNAL = 128;

    /** Whether the task stopped; otherwise it has ended. */
    public boolean stopped() {
        return (bits & 0xff) == STOPPED;
    }

    /** The signal of a stop. */
    public int stopSignal() {
        return bits >> 8 & 0xff;
    }

    /** Which PTRACE_EVENT the stop is, one of {@link Ptrace}'s constants; 0 for a stop at the delivery of a signal. */
    public int event() {
        return bits >>> 16;
    }

    /** Whether a task that ended did so by exit(2) or exit_group(2), not by a signal. */
    public boolean exited() {
        return (bits & 0x7f) == 0;
    }

    /** The status that a task passed to exit, 0 to 255. */
    public int exitStatus() {
        return bits >> 8 & 0xff;
    }

    /** The signal that killed a task. */
    public int killedBy() {
        return bits & 0x7f;
    }

    /** Whether the killed task's process left a core dump. */
    public boolean coreDumped() {
        return (bits & CORE_DUMPED) != 0;
    }

    /** The status as a shell gives it: the exit status, or 128 and the signal's number. */
    public int shellStatus() {
        return exited() ? exitStatus() : SHELL_SIGNAL + killedBy();
    }
}
