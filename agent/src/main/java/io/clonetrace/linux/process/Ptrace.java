package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.SyscallRegisters;
import io.clonetrace.linux.jna.LibC;
import java.util.Optional;

/**
 * ptrace(2) and waitpid(2) as a tracer of task creation uses them. The kernel counts as the tracer the one thread that
 * seizes a task, and refuses every other: an instance belongs to one thread. When that thread ends, the kernel detaches
 * all of its tracees and lets them run.
 *
 * <p>Any task can be killed at any step; where a method answers false the task is gone, and its end comes by
 * {@link #await}.
 */
public final class Ptrace {
    /** A task of ours called fork, or a clone that is one. */
    public static final int EVENT_FORK = 1; // linux/ptrace.h

    /** A task of ours called vfork, or a clone with CLONE_VFORK. */
    public static final int EVENT_VFORK = 2;

    /** A task of ours made another in any other way. */
    public static final int EVENT_CLONE = 3;

    /** A task of ours executed a program. */
    public static final int EVENT_EXEC = 4;

    /** A task of ours began to be traced, or stopped or went on because its process was told to. */
    public static final int EVENT_STOP = 128;

    /** {@link #await}: another thread interrupted the wait. */
    public static final int INTERRUPTED = 0;

    /** {@link #await}: no task is traced any more. */
    public static final int NO_TRACEES = -1;

    private static final int PTRACE_CONT = 7; // linux/ptrace.h
    private static final int PTRACE_DETACH = 17;
    private static final int PTRACE_GETEVENTMSG = 0x4201;
    private static final int PTRACE_GETREGSET = 0x4204;
    private static final int PTRACE_SEIZE = 0x4206;
    private static final int PTRACE_LISTEN = 0x4208;
    private static final int NT_PRSTATUS = 1; // linux/elf.h
    private static final int WNOHANG = 1; // linux/wait.h
    private static final int WUNTRACED = 2;
    private static final int WNOTHREAD = 0x20000000;
    private static final int WALL = 0x40000000;

    // No PTRACE_O_EXITKILL: if the tracer dies, its tracees go on.
    private static final int OPTIONS = 1 << EVENT_FORK | 1 << EVENT_VFORK | 1 << EVENT_CLONE | 1 << EVENT_EXEC;

    private static final int STATUS = 0;
    private static final int MESSAGE = STATUS + Long.BYTES;
    private static final int IOVEC = MESSAGE + Long.BYTES;
    private static final int REGISTERS = IOVEC + 2 * Long.BYTES;

    private final SyscallRegisters layout;
    private final long address;
    private final Pointer memory;

    private Ptrace(SyscallRegisters layout) {
        this.layout = layout;
        address = Native.malloc(REGISTERS + (long) layout.bytes());
        memory = new Pointer(address);
    }

    /**
     * Loads what is needed.
     *
     * @throws NativeUnavailableException if the processor isn't known, or JNA can't be loaded
     */
    public static Ptrace open() throws NativeUnavailableException {
        Processor processor = Processor.current()
                .orElseThrow(() -> new NativeUnavailableException(
                        "no support for the processor " + System.getProperty("os.arch"), null));
        try {
            return new Ptrace(processor.registers());
        } catch (LinkageError broken) {
            throw new NativeUnavailableException(broken.toString(), broken);
        }
    }

    /**
     * Makes the calling thread the task's tracer, without stopping the task: it will stop at clone, fork, vfork, execve
     * and at signals, and so will each task that it makes.
     *
     * @return false if there is no such task
     * @throws LinuxException above all EPERM: it may not, or somebody traces the task, or it has ended and nobody has
     *     waited for it
     */
    public boolean seize(int tid) throws LinuxException {
        return request(PTRACE_SEIZE, "PTRACE_SEIZE", tid, 0, OPTIONS);
    }

    /** Lets a task that stopped go on; a signal other than 0 is delivered to it. */
    public boolean resume(int tid, int signal) throws LinuxException {
        return request(PTRACE_CONT, "PTRACE_CONT", tid, 0, signal);
    }

    /** Leaves a task stopped as its process is, until SIGCONT. */
    public boolean listen(int tid) throws LinuxException {
        return request(PTRACE_LISTEN, "PTRACE_LISTEN", tid, 0, 0);
    }

    /** Lets a task that stopped go on untraced. */
    public boolean detach(int tid) throws LinuxException {
        return request(PTRACE_DETACH, "PTRACE_DETACH", tid, 0, 0);
    }

    /**
     * The number that belongs to the event at which the task stopped: the new task's tid, or the tid that a task had
     * before it executed a program.
     *
     * @return -1 if the task is gone
     */
    public int eventMessage(int tid) throws LinuxException {
        boolean there = request(PTRACE_GETEVENTMSG, "PTRACE_GETEVENTMSG", tid, 0, address + MESSAGE);
        return there ? (int) memory.getLong(MESSAGE) : -1;
    }

    /**
     * Reads the registers of a task that stopped within a system call.
     *
     * @return false if it is gone, or a 32-bit task, whose registers and calls are others
     */
    public boolean readRegisters(int tid) throws LinuxException {
        memory.setLong(IOVEC, address + REGISTERS);
        memory.setLong(IOVEC + Long.BYTES, layout.bytes());
        return request(PTRACE_GETREGSET, "PTRACE_GETREGSET", tid, NT_PRSTATUS, address + IOVEC)
                && memory.getLong(IOVEC + Long.BYTES) == layout.bytes();
    }

    /** The name of the system call in the registers read, if it is one that makes a task; otherwise "". */
    public String syscall() {
        return layout.calls().getOrDefault(memory.getLong(REGISTERS + (long) layout.number()), "");
    }

    /** The argument of that index, from 0, in the registers read. */
    public long argument(int index) {
        return memory.getLong(REGISTERS + (long) layout.arguments().get(index));
    }

    /** clone's argument tls, whose place differs between processors. */
    public long cloneTls() {
        return argument(layout.tls());
    }

    /** clone's argument child_tid, whose place differs between processors. */
    public long cloneChildTid() {
        return argument(layout.childTid());
    }

    /**
     * Waits until a tracee stops or ends; {@link #status} tells which. Children that other threads of this process
     * started are left to those.
     *
     * @return its tid, {@link #INTERRUPTED} or {@link #NO_TRACEES}
     */
    public int await() throws LinuxException {
        int tid = ProcessLibC.waitpid(-1, address + STATUS, WALL | WNOTHREAD);
        if (tid >= 0) {
            return tid;
        }
        int errno = LibC.errno();
        if (errno == Errno.EINTR.value()) {
            return INTERRUPTED;
        }
        if (errno == Errno.ECHILD.value()) {
            return NO_TRACEES;
        }
        throw new LinuxException("waitpid", errno);
    }

    /** Waits until the calling process's child stops or ends; nobody traces it yet. */
    public WaitStatus awaitChild(int pid) throws LinuxException {
        int waited = ProcessLibC.waitpid(pid, address + STATUS, WUNTRACED);
        while (waited < 0 && LibC.errno() == Errno.EINTR.value()) {
            waited = ProcessLibC.waitpid(pid, address + STATUS, WUNTRACED);
        }
        if (waited < 0) {
            throw new LinuxException("waitpid " + pid, LibC.errno());
        }
        return status();
    }

    /**
     * How the calling process's child ended, without waiting for that; nobody traces it any more. Once it is told, the
     * pid may be given to another process.
     *
     * @return empty if it has not ended
     */
    public Optional<WaitStatus> endOfChild(int pid) throws LinuxException {
        int waited = ProcessLibC.waitpid(pid, address + STATUS, WNOHANG);
        if (waited < 0 && LibC.errno() != Errno.EINTR.value()) {
            throw new LinuxException("waitpid " + pid, LibC.errno());
        }
        return waited > 0 && !status().stopped() ? Optional.of(status()) : Optional.empty();
    }

    /** What the last wait told. */
    public WaitStatus status() {
        return new WaitStatus(memory.getInt(STATUS));
    }

    /** Gives the memory back; nothing may be called afterwards. */
    public void close() {
        Native.free(address);
    }

    private static boolean request(int number, String name, int tid, long where, long data) throws LinuxException {
        if (ProcessLibC.ptrace(number, tid, where, data) == 0) {
            return true;
        }
        int errno = LibC.errno();
        if (errno == Errno.ESRCH.value()) {
            return false;
        }
        throw new LinuxException(name + " " + tid, errno);
    }
}
