package io.clonetrace.trace.ebpf;

import static io.clonetrace.trace.ebpf.Assembler.FRAME;

import io.clonetrace.clone.CloneArgs;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.trace.ebpf.Assembler.Atomic;
import io.clonetrace.trace.ebpf.Assembler.Condition;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import io.clonetrace.trace.ebpf.Assembler.Operation;
import io.clonetrace.trace.ebpf.Assembler.Size;
import java.util.List;
import java.util.Optional;

/**
 * The program that the kernel runs when a task has been made, in the caller's context, before the new task runs. It
 * writes a {@link CloneRecord} for each task that a watched process makes.
 *
 * @param format the tracepoint's fields
 * @param pids how to find out the pids of tasks
 * @param registers the processor's register layout
 * @param ring descriptor of the ring that receives the records
 * @param losses descriptor of an array whose first word counts the records for which the ring had no room; its word
 *     {@link #WAKE_LEVEL} says how many unread bytes wake the reader
 * @param capture captures stacks; a record has a {@link CaptureOutcome} then
 */
record CloneProgram(
        NewTaskFormat format,
        TaskPids pids,
        TaskRegisters registers,
        int ring,
        int losses,
        Optional<CaptureProgram> capture) {
    private static final int CONTEXT = 6; // registers 6 to 9 survive a call
    private static final int RECORD = 7;
    private static final int WATCHED = 8;
    private static final int REGISTERS = 8;
    private static final int CALLER = 9; // tgid << 32 | tid
    private static final int NUMBER = 9;
    private static final int UNREAD = 8; // once the registers are no longer needed

    private static final int CLONE_ARGS = CloneArgs.SIZE_VER0; // which all callers pass
    private static final int NO_WAKEUP = 1; // BPF_RB_NO_WAKEUP
    private static final int FORCE_WAKEUP = 2; // BPF_RB_FORCE_WAKEUP
    private static final int AVAILABLE = 0; // BPF_RB_AVAIL_DATA, this record included

    /** Index of the number of unread bytes in the ring from which on each record wakes the reader. */
    static final int WAKE_LEVEL = 2;

    private static final int KEY = -4; // on the stack
    private static final int WORD_SHIFT = 6; // 64 bits in a word
    static final int BIT_MASK = 63;

    /** @param tgid the only process to watch */
    List<Instruction> watchingOnly(int tgid) {
        Assembler code = begin();
        code.copy(1, CALLER).compute(Operation.SHIFT_RIGHT, 1, 32);
        code.jumpIf(Condition.NOT_EQUAL, 1, tgid, "end");
        return record(code);
    }

    /**
     * @param processes descriptor of an array with a bit for each possible pid, set for the watched processes. The
     *     program sets the bit of a process that they make before that process can run, and clears it when another
     *     process makes one that reuses the pid.
     */
    List<Instruction> watching(int processes) {
        Assembler code = begin();
        code.copy(WATCHED, CALLER).compute(Operation.SHIFT_RIGHT, WATCHED, 32);
        word(code, WATCHED, processes);
        code.load(Size.DOUBLE, 1, 0, 0).compute(Operation.AND, WATCHED, BIT_MASK);
        code.computeBy(Operation.SHIFT_RIGHT, 1, WATCHED).compute(Operation.AND, 1, 1);
        code.copy(WATCHED, 1);
        code.load(Size.DOUBLE, 1, CONTEXT, format.flags());
        code.jumpIf(Condition.ANY_BIT, 1, (int) CloneFlag.CLONE_THREAD.bit(), "decided");
        pids.loadChild(code, format, RECORD, CONTEXT);
        word(code, RECORD, processes);
        code.compute(Operation.AND, RECORD, BIT_MASK);
        code.set(1, 1).computeBy(Operation.SHIFT_LEFT, 1, RECORD);
        code.jumpIf(Condition.EQUAL, WATCHED, 0, "forget");
        code.atomic(Atomic.OR, 0, 0, 1);
        capture.ifPresent(capturing -> {
            pids.loadChild(code, format, RECORD, CONTEXT);
            LayoutTable.forget(code, RECORD, capturing.layouts(), "decided");
        });
        code.jump("decided");
        code.label("forget").compute(Operation.XOR, 1, -1).atomic(Atomic.AND, 0, 0, 1);
        code.label("decided").jumpIf(Condition.EQUAL, WATCHED, 0, "end");
        return record(code);
    }

    private Assembler begin() {
        Assembler code = new Assembler().copy(CONTEXT, 1);
        pids.loadCaller(code, "end");
        return code.copy(CALLER, 0);
    }

    /** Loads into register 0 the address of the word that contains the bit whose index is in {@code register}. */
    static void word(Assembler code, int register, int array) {
        code.copy(2, register).compute(Operation.SHIFT_RIGHT, 2, WORD_SHIFT);
        lookUp(code, array);
    }

    /** Loads into register 0 the address of the array word whose index is in register 2. */
    static void lookUp(Assembler code, int array) {
        lookUp(code, array, "end");
    }

    /** @param none where to continue if the array has no such word */
    private static void lookUp(Assembler code, int array, String none) {
        code.store(Size.WORD, FRAME, KEY, 2);
        code.map(1, array).copy(2, FRAME).compute(Operation.ADD, 2, KEY);
        code.call(Helper.MAP_LOOKUP_ELEM).jumpIf(Condition.EQUAL, 0, 0, none);
    }

    private List<Instruction> record(Assembler code) {
        code.map(1, ring).set(2, bytes()).set(3, 0).call(Helper.RINGBUF_RESERVE);
        code.jumpIf(Condition.NOT_EQUAL, 0, 0, "reserved");
        code.set(2, 0);
        lookUp(code, losses);
        code.set(1, 1).atomic(Atomic.ADD, 0, 0, 1).jump("end");

        code.label("reserved").copy(RECORD, 0);
        code.call(Helper.KTIME_GET_NS).store(Size.DOUBLE, RECORD, CloneRecord.TIME, 0);
        code.store(Size.WORD, RECORD, CloneRecord.PARENT, CALLER);
        capture.ifPresent(capturing -> {
            code.compute(Operation.SHIFT_RIGHT, CALLER, 32);
            capturing.begin(code, CALLER);
        });
        pids.loadChild(code, format, 1, CONTEXT);
        code.store(Size.WORD, RECORD, CloneRecord.CHILD, 1);
        pids.storeInside(code, RECORD, Optional.of(format), CONTEXT);
        code.load(Size.DOUBLE, 1, CONTEXT, format.flags()).store(Size.DOUBLE, RECORD, CloneRecord.SEEN_FLAGS, 1);
        code.call(Helper.GET_CURRENT_TASK_BTF)
                .copy(1, 0)
                .call(Helper.TASK_PT_REGS)
                .copy(REGISTERS, 0);
        code.load(Size.of(registers.numberBytes()), NUMBER, REGISTERS, registers.number());
        code.load(Size.HALF, 1, REGISTERS, registers.mode());
        if (!registers.set32()) {
            code.compute(Operation.XOR, 1, TaskRegisters.MODE_BIT);
        }
        // So marked, the number is none of those below: a 32-bit task has other numbers, and passes arguments
        // otherwise.
        code.compute(Operation.AND, 1, TaskRegisters.MODE_BIT)
                .compute(Operation.SHIFT_LEFT, 1, CloneRecord.NUMBER_32_SHIFT)
                .computeBy(Operation.ADD, NUMBER, 1);
        code.store(Size.WORD, RECORD, CloneRecord.NUMBER, NUMBER);
        code.set(1, -1).store(Size.WORD, RECORD, CloneRecord.EXIT_SIGNAL, 1);
        for (int offset = CloneRecord.PASSED_FLAGS; offset < CloneRecord.PARENT_INSIDE; offset += Long.BYTES) {
            code.store(Size.DOUBLE, RECORD, offset, 1);
        }
        code.jumpIf(Condition.EQUAL, NUMBER, registers.numberOf("clone3"), "clone3");
        boolean forks = capture.isPresent() && capture.get().all();
        code.jumpIf(Condition.NOT_EQUAL, NUMBER, registers.numberOf("clone"), forks ? "other" : "submit");
        argument(code, 0, CloneRecord.PASSED_FLAGS);
        argument(code, 1, CloneRecord.STACK);
        argument(code, registers.tls(), CloneRecord.TLS);
        argument(code, registers.childTid(), CloneRecord.CHILD_TID);
        code.jump("complete");

        if (forks) {
            code.label("other");
            registers.calls().forEach((number, call) -> {
                if (call.endsWith("fork")) {
                    code.jumpIf(Condition.EQUAL, NUMBER, number.intValue(), "complete");
                }
            });
            code.jump("submit");
        }

        code.label("clone3")
                .copy(1, FRAME)
                .compute(Operation.ADD, 1, -CLONE_ARGS)
                .set(2, CLONE_ARGS);
        code.load(Size.DOUBLE, 3, REGISTERS, registers.arguments().get(0)).call(Helper.PROBE_READ_USER);
        code.jumpIf(Condition.NOT_EQUAL, 0, 0, "complete");
        members(code);
        code.label("complete");
        capture.ifPresent(capturing -> capturing.append(code, CloneRecord.SEEN_FLAGS));
        code.label("submit").map(1, ring).set(2, AVAILABLE).call(Helper.RINGBUF_QUERY);
        code.copy(UNREAD, 0).set(2, WAKE_LEVEL);
        lookUp(code, losses, "quietly");
        code.load(Size.DOUBLE, 1, 0, 0).set(2, FORCE_WAKEUP).jumpIfBy(Condition.BELOW, UNREAD, 1, "quietly");
        code.jump("submitted");
        code.label("quietly").set(2, NO_WAKEUP);
        code.label("submitted").copy(1, RECORD).call(Helper.RINGBUF_SUBMIT);
        return code.label("end").set(0, 0).exit().program();
    }

    /** Copies clone3's arguments from the program's stack into the record. */
    static void members(Assembler code) {
        member(code, Size.DOUBLE, CloneArgs.FLAGS, CloneRecord.PASSED_FLAGS);
        member(code, Size.DOUBLE, CloneArgs.CHILD_TID, CloneRecord.CHILD_TID);
        member(code, Size.WORD, CloneArgs.EXIT_SIGNAL, CloneRecord.EXIT_SIGNAL);
        member(code, Size.DOUBLE, CloneArgs.STACK, CloneRecord.STACK);
        member(code, Size.DOUBLE, CloneArgs.STACK_SIZE, CloneRecord.STACK_SIZE);
        member(code, Size.DOUBLE, CloneArgs.TLS, CloneRecord.TLS);
    }

    /** The size of a record in bytes. */
    private int bytes() {
        return capture.isPresent() ? CaptureOutcome.BYTES : CloneRecord.BYTES;
    }

    private void argument(Assembler code, int index, int to) {
        code.load(Size.DOUBLE, 1, REGISTERS, registers.arguments().get(index)).store(Size.DOUBLE, RECORD, to, 1);
    }

    private static void member(Assembler code, Size size, int offset, int to) {
        code.load(size, 1, FRAME, offset - CLONE_ARGS).store(size, RECORD, to, 1);
    }
}
