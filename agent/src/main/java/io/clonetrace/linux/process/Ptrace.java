package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeFailure;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.SyscallRegisters;
import io.clonetrace.linux.jna.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * ptrace(2) and waitpid(2) for a tracer of task creation. For the kernel, the tracer is the thread that seized a task,
 * and it refuses every other: an instance belongs to one thread. When that thread ends, the kernel detaches its tracees
 * and lets them run.
 *
 * <p>Any task can be killed at any moment; if a method returns false, the task is gone, and {@link #await} reports its
 * end.
 */
public final class Ptrace {
    /** A tracee called fork, or an equivalent clone. */
    public static final int EVENT_FORK = 1; // linux/ptrace.h

    /** A tracee called vfork, or clone with CLONE_VFORK. */
    public static final int EVENT_VFORK = 2;

    /** A tracee made a task in any other way. */
    public static final int EVENT_CLONE = 3;

    /** A tracee executed a program. */
    public static final int EVENT_EXEC = 4;

    /** A tracee began to be traced, or its process was stopped or resumed by a signal. */
    public static final int EVENT_STOP = 128;

    /** {@link #await}: another thread interrupted the wait. */
    public static final int INTERRUPTED = 0;

    /** {@link #await}: no tracee is left. */
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

    // No PTRACE_O_EXITKILL: if the tracer dies, its tracees continue.
    private static final int OPTIONS = 1 << EVENT_FORK | 1 << EVENT_VFORK | 1 << EVENT_CLONE | 1 << EVENT_EXEC;

    private static final int STATUS = 0;
    private static final int MESSAGE = STATUS + Long.BYTES;
    private static final int IOVEC = MESSAGE + Long.BYTES;
    private static final int REGISTERS = IOVEC + 2 * Long.BYTES;

    private final SyscallRegisters layout;
    private final long address;

    /** A call of JNA's for each word would prolong each stop. */
    private final ByteBuffer memory;

    private Ptrace(SyscallRegisters layout) {
        this.layout = layout;
        address = Native.malloc(REGISTERS + (long) layout.bytes());
        memory = new Pointer(address)
                .getByteBuffer(0, REGISTERS + (long) layout.bytes())
                .order(ByteOrder.nativeOrder());
    }

    /**
     * Loads JNA.
     *
     * @throws NativeUnavailableException if the processor isn't supported, or JNA can't be loaded
     */
    public static Ptrace open() throws NativeUnavailableException {
        Processor processor =
                Processor.current().orElseThrow(() -> new NativeUnavailableException(Processor.unsupported(), null));
        try {
            return new Ptrace(processor.registers());
        } catch (LinkageError broken) {
            throw new NativeUnavailableException(NativeFailure.sentence(broken), broken);
        }
    }

    /**
     * Makes the calling thread the task's tracer, without stopping the task: it will stop at clone, fork, vfork, execve
     * and at signals, and so will each task that it makes.
     *
     * @return false if there is no such task
     * @throws LinuxException above all EPERM: the right is missing, the task has a tracer already, or it is a zombie
     */
    public boolean seize(int tid) throws LinuxException {
        return request(PTRACE_SEIZE, "PTRACE_SEIZE", tid, 0, OPTIONS);
    }

    /** Resumes a stopped task, and delivers the signal unless it is 0. */
    public boolean resume(int tid, int signal) throws LinuxException {
        return request(PTRACE_CONT, "PTRACE_CONT", tid, 0, signal);
    }

    /** Leaves a task stopped with its process, until SIGCONT. */
    public boolean listen(int tid) throws LinuxException {
        return request(PTRACE_LISTEN, "PTRACE_LISTEN", tid, 0, 0);
    }

    /** Resumes a stopped task, untraced. */
    public boolean detach(int tid) throws LinuxException {
        return request(PTRACE_DETACH, "PTRACE_DETACH", tid, 0, 0);
    }

    /**
     * The message of the event at which the task stopped: the new task's tid, or the tid that a task had before it
     * executed a program.
     *
     * @return -1 if the task is gone
     */
    public int eventMessage(int tid) throws LinuxException {
        boolean there = request(PTRACE_GETEVENTMSG, "PTRACE_GETEVENTMSG", tid, 0, address + MESSAGE);
        return there ? (int) memory.getLong(MESSAGE) : -1;
    }

    /**
     * Reads the registers of a task that is stopped in a system call.
     *
     * @return false if it is gone, or a 32-bit task, whose registers and system calls differ
     */
    public boolean readRegisters(int tid) throws LinuxException {
        memory.putLong(IOVEC, address + REGISTERS);
        memory.putLong(IOVEC + Long.BYTES, layout.bytes());
        return request(PTRACE_GETREGSET, "PTRACE_GETREGSET", tid, NT_PRSTATUS, address + IOVEC)
                && memory.getLong(IOVEC + Long.BYTES) == layout.bytes();
    }

    /** The name of the system call in the registers read, if it is one that makes a task; otherwise "". */
    public String syscall() {
        return layout.calls().getOrDefault(memory.getLong(REGISTERS + layout.number()), "");
    }

    /** The argument with that index, from 0, in the registers read. */
    public long argument(int index) {
        return memory.getLong(REGISTERS + layout.arguments().get(index));
    }

    /** clone's argument tls, whose place differs between processors. */
    public long cloneTls() {
        return argument(layout.tls());
    }

    /** clone's argument child_tid, whose place differs between processors. */
    public long cloneChildTid() {
        return argument(layout.childTid());
    }

    /** The registers read, by their DWARF numbers, the program counter last. */
    public long[] dwarfRegisters() {
        long[] registers = new long[layout.dwarf().size()];
        for (int i = 0; i < registers.length; i++) {
            registers[i] = register(i);
        }
        return registers;
    }

    /** One of the registers read, by its DWARF number. */
    public long register(int number) {
        return memory.getLong(REGISTERS + layout.dwarf().get(number));
    }

    /** Which of the registers read holds that value: its DWARF number; -1 if none does. */
    public int registerWith(long value) {
        for (int number = 0; number < layout.dwarf().size(); number++) {
            if (register(number) == value) {
                return number;
            }
        }
        return -1;
    }

    /** The stack pointer in the registers read. */
    public long stackPointer() {
        return memory.getLong(REGISTERS + layout.dwarf().get(layout.stackPointer()));
    }

    /**
     * Waits until a tracee stops or ends; {@link #status} says which. Children of this process's other threads are left
     * to those.
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

    /** Waits until a child of this process, which is not traced yet, stops or ends. */
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
     * How a child of this process, which is no longer traced, ended; does not wait for that. Once it is returned, the
     * pid may be reused.
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

    /** The status of the latest wait. */
    public WaitStatus status() {
        return new WaitStatus(memory.getInt(STATUS));
    }

    /** Frees the memory; no method may be called afterwards. */
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
