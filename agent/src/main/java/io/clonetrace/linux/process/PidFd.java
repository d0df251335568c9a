package io.clonetrace.linux.process;

import io.clonetrace.linux.jna.LibC;
import io.clonetrace.linux.proc.ProcessStart;
import java.util.Optional;

/**
 * Sends signals to a process through a descriptor that never refers to another one: a pid may be reused once its
 * process has been waited for (pidfd_open(2), Linux 5.3).
 *
 * <p>Without that call, or if a seccomp filter refuses it, the process is identified by its pid and start time: a
 * signal can then reach another one only if the pid is reused between that check and the signal.
 */
public final class PidFd implements AutoCloseable {
    private static final int PIDFD_SEND_SIGNAL = 424; // asm-generic/unistd.h; equal on x86-64 and aarch64
    private static final int PIDFD_OPEN = 434;
    private static final int NONE = -1;
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;

    private final int pid;
    private final Optional<ProcessStart> start;
    private int fd;
    private boolean closed;

    private PidFd(int pid, int fd) {
        this.pid = pid;
        this.fd = fd;
        start = fd == NONE ? ProcessStart.of(pid) : Optional.empty();
    }

    /**
     * The process with that pid. Unless it is a child of this one that has not been waited for, the pid may have been
     * reused already.
     */
    public static PidFd of(int pid) {
        return new PidFd(pid, (int) ProcessLibC.syscall(PIDFD_OPEN, pid, 0, 0, 0));
    }

    /** The same without a descriptor, as on kernels before 5.3. */
    static PidFd byStart(int pid) {
        return new PidFd(pid, NONE);
    }

    /** Its pid, which may be reused once the process has been waited for. */
    public int pid() {
        return pid;
    }

    /** Sends it a signal; false if it has been waited for, or this user may not send it one. */
    public synchronized boolean send(int signal) {
        if (closed) {
            return false;
        }
        return fd == NONE
                ? start.isPresent() && start.equals(ProcessStart.of(pid)) && ProcessLibC.kill(pid, signal) == 0
                : ProcessLibC.syscall(PIDFD_SEND_SIGNAL, fd, signal, 0, 0) == 0;
    }

    /** Kills it. */
    public void kill() {
        send(SIGKILL);
    }

    /** Resumes it if it is stopped. */
    public void resume() {
        send(SIGCONT);
    }

    /** Closes the descriptor; no signal is sent afterwards. */
    @Override
    public synchronized void close() {
        if (!closed && fd != NONE) {
            LibC.close(fd);
        }
        closed = true;
        fd = NONE;
    }
}
