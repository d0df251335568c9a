package io.clonetrace.linux.process;

import io.clonetrace.linux.jna.LibC;
import io.clonetrace.linux.proc.ProcessStart;
import java.util.Optional;

/**
 * A process to which signals are sent, by a descriptor that never names another one: a pid is given to a new process
 * once the old one has been waited for (pidfd_open(2), Linux 5.3).
 *
 * <p>Where the kernel has no such call, or a seccomp filter refuses it, the process is known by its pid and when it
 * started: a signal can then reach another one only if the pid is given away between that look and the signal.
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
     * The process of that pid: a child of this one that was not waited for yet, or its pid may be another's already.
     */
    public static PidFd of(int pid) {
        return new PidFd(pid, (int) ProcessLibC.syscall(PIDFD_OPEN, pid, 0, 0, 0));
    }

    /** The same without a descriptor, as on older kernels. */
    static PidFd byStart(int pid) {
        return new PidFd(pid, NONE);
    }

    /** Its pid, which may be another process's once this one has been waited for. */
    public int pid() {
        return pid;
    }

    /** Sends it a signal; false if it has been waited for, or is not ours to send to. */
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

    /** Lets it go on if it is stopped. */
    public void resume() {
        send(SIGCONT);
    }

    /** Gives the descriptor back; nothing is sent any more. */
    @Override
    public synchronized void close() {
        if (!closed && fd != NONE) {
            LibC.close(fd);
        }
        closed = true;
        fd = NONE;
    }
}
