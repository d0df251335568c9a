package io.clonetrace.trace.ebpf;

import static io.clonetrace.trace.ebpf.Assembler.FRAME;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.bpf.Bpf;
import io.clonetrace.linux.bpf.Btf;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.ebpf.Assembler.Condition;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import io.clonetrace.trace.ebpf.Assembler.Operation;
import io.clonetrace.trace.ebpf.Assembler.Size;
import java.io.IOException;
import java.util.Optional;

/**
 * How programs find out the pids of tasks, which has a number in its own pid namespace and in each above
 * (pid_namespaces(7)): in struct pid, {@code numbers[level]} is that of the namespace {@code level} steps below the
 * machine's.
 *
 * @param observer the namespace of this process, by whose numbers tasks are known here; empty for the machine's
 * @param types where the kernel's structures have the numbers; empty if its type information is not used: then only the
 *     machine's are known
 */
record TaskPids(Optional<Observer> observer, Optional<Types> types) {
    /** The machine's pids alone. */
    static final TaskPids MACHINES = new TaskPids(Optional.empty(), Optional.empty());

    private static final int WORK = 7; // registers that survive a call
    private static final int TID = 9;
    private static final int LEVEL = 9;
    private static final int NR = -16; // on the stack: struct upid
    private static final int NAMESPACE = -8;
    private static final int UPID_BYTES = 16;
    private static final int UPID_SHIFT = 4;

    /**
     * A pid namespace below the machine's.
     *
     * @param level how many steps below
     * @param number as /proc/PID/ns/pid names it
     */
    record Observer(int level, long number) {}

    /**
     * Offsets in bytes.
     *
     * @param threadPid of the pointer to struct pid in struct task_struct
     * @param groupLeader of the pointer to the process's first thread there
     * @param level in struct pid
     * @param numbers in struct pid, of the array of struct upid: a number, and a pointer to its namespace
     * @param namespaceNumber in struct pid_namespace
     */
    record Types(int threadPid, int groupLeader, int level, int numbers, int namespaceNumber) {
        /** @throws IOException if the kernel's types lack an expected one */
        static Types of(Btf kernel) throws IOException {
            if (kernel.offset("upid", "nr") != 0 || kernel.offset("upid", "ns") != NAMESPACE - NR) {
                throw new IOException("the kernel's struct upid is another than the known one");
            }
            return new Types(
                    kernel.offset("task_struct", "thread_pid"),
                    kernel.offset("task_struct", "group_leader"),
                    kernel.offset("pid", "level"),
                    kernel.offset("pid", "numbers"),
                    kernel.offset("pid_namespace", "ns") + kernel.offset("ns_common", "inum"));
        }
    }

    /** As this process sees tasks, by the kernel's types. */
    static TaskPids of(Btf kernel, PidNamespace own) throws IOException, LinuxException {
        Types types = Types.of(kernel);
        return new TaskPids(
                own.isInitial() ? Optional.empty() : Optional.of(new Observer(ownLevel(types), own.number())),
                Optional.of(types));
    }

    /** No process may look at the namespaces above its own (ioctl_ns(2)), so a program in the kernel looks. */
    private static int ownLevel(Types types) throws LinuxException {
        Assembler code = new Assembler().call(Helper.GET_CURRENT_TASK_BTF);
        code.load(Size.DOUBLE, 1, 0, types.threadPid).load(Size.WORD, 0, 1, types.level);
        return Bpf.run(Instruction.encoded(code.exit().program()));
    }

    /** Whether a program writes the caller's and the new task's tids in the caller's own namespace. */
    boolean areKnownInside() {
        return types.isPresent();
    }

    /**
     * Appends instructions that load {@code tgid << 32 | tid} of the current task into register 0. Registers 7 and 9
     * are lost.
     *
     * @param otherwise where to continue if the task is not in the observer's namespace or one below
     */
    void loadCaller(Assembler code, String otherwise) {
        if (observer.isEmpty()) {
            code.call(Helper.GET_CURRENT_PID_TGID);
            return;
        }
        Types at = types.orElseThrow();
        Observer here = observer.get();
        code.call(Helper.GET_CURRENT_TASK_BTF).copy(WORK, 0);
        code.load(Size.DOUBLE, 3, WORK, at.threadPid).load(Size.WORD, 1, 3, at.level);
        code.jumpIf(Condition.BELOW, 1, here.level, otherwise);
        read(code, at.numbers + here.level * UPID_BYTES, NR, UPID_BYTES);
        code.load(Size.WORD, TID, FRAME, NR).load(Size.DOUBLE, 3, FRAME, NAMESPACE);
        read(code, at.namespaceNumber, NAMESPACE, Integer.BYTES);
        code.load(Size.WORD, 1, FRAME, NAMESPACE);
        code.set(2, (int) here.number).compute(Operation.SHIFT_LEFT, 2, 32).compute(Operation.SHIFT_RIGHT, 2, 32);
        code.jumpIfBy(Condition.NOT_EQUAL, 1, 2, otherwise);
        code.load(Size.DOUBLE, 3, WORK, at.groupLeader).load(Size.DOUBLE, 3, 3, at.threadPid);
        read(code, at.numbers + here.level * UPID_BYTES, NR, Integer.BYTES);
        code.load(Size.WORD, 0, FRAME, NR).compute(Operation.SHIFT_LEFT, 0, 32).computeBy(Operation.ADD, 0, TID);
    }

    /**
     * Appends instructions that load the tid of a task that the current one has just made. Registers 0 to 5 are lost.
     *
     * @param context register with the program's context
     */
    void loadChild(Assembler code, NewTaskFormat format, int register, int context) {
        if (observer.isEmpty()) {
            format.loadChild(code, register, context);
            return;
        }
        Types at = types.orElseThrow();
        format.loadTask(code, 3, context);
        code.load(Size.DOUBLE, 3, 3, at.threadPid);
        read(code, at.numbers + observer.get().level * UPID_BYTES, NR, Integer.BYTES);
        code.load(Size.WORD, register, FRAME, NR);
    }

    /**
     * Appends instructions that write the caller's tid in its own namespace into a {@link CloneRecord}, and, if there
     * is a new task, that of the new task. Registers 0 to 5 and 9 are lost.
     *
     * @param record register with the record's address
     * @param format how to find the new task; empty if there is none
     * @param context as for {@link #loadChild}
     */
    void storeInside(Assembler code, int record, Optional<NewTaskFormat> format, int context) {
        code.set(1, -1).store(Size.WORD, record, CloneRecord.CHILD_INSIDE, 1);
        if (types.isEmpty()) {
            code.store(Size.WORD, record, CloneRecord.PARENT_INSIDE, 1);
            return;
        }
        Types at = types.get();
        code.call(Helper.GET_CURRENT_TASK_BTF).load(Size.DOUBLE, 3, 0, at.threadPid);
        code.load(Size.WORD, LEVEL, 3, at.level).compute(Operation.SHIFT_LEFT, LEVEL, UPID_SHIFT);
        readInside(code, at, record, CloneRecord.PARENT_INSIDE);
        format.ifPresent(tracepoint -> {
            tracepoint.loadTask(code, 3, context);
            code.load(Size.DOUBLE, 3, 3, at.threadPid);
            readInside(code, at, record, CloneRecord.CHILD_INSIDE);
        });
    }

    private static void readInside(Assembler code, Types at, int record, int to) {
        code.computeBy(Operation.ADD, 3, LEVEL);
        read(code, at.numbers, NR, Integer.BYTES);
        code.load(Size.WORD, 1, FRAME, NR).store(Size.WORD, record, to, 1);
    }

    /** Reads from the address in register 3, and so many bytes further, onto the stack; zeroes if that fails. */
    private static void read(Assembler code, int offset, int to, int bytes) {
        code.compute(Operation.ADD, 3, offset);
        code.copy(1, FRAME).compute(Operation.ADD, 1, to).set(2, bytes).call(Helper.PROBE_READ_KERNEL);
    }
}
