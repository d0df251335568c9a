package io.clonetrace.trace.ebpf;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ebpf.Assembler.Atomic;
import io.clonetrace.trace.ebpf.Assembler.Condition;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import io.clonetrace.trace.ebpf.Assembler.Operation;
import io.clonetrace.trace.ebpf.Assembler.Size;
import io.clonetrace.trace.ebpf.CaptureOutcome.Stack;

/**
 * The part of {@link CloneProgram} that captures the caller's stack where it is wanted, and reads the new thread's
 * start routine. It decides before it copies: of a thread of HotSpot's it reads one word.
 *
 * @param mode which tasks: {@link StackCapture.Mode#NATIVE} or {@link StackCapture.Mode#ALL}
 * @param layouts descriptor of the {@link LayoutTable}'s array
 * @param stacks copies the stack
 */
record CaptureProgram(StackCapture.Mode mode, int layouts, StackProgram stacks) {
    /**
     * How many stacks of a process are captured before it is known which of its threads are HotSpot's: enough for those
     * made before the first poll finds out, and so few that a process in which it is never found out pays 5 ms.
     */
    static final int UNKNOWN_CAPTURES = 2048;

    private static final int SLOT = 6;
    private static final int RECORD = 7;
    private static final int TLS = 9;

    /** The same for a program that runs so many bytes of code after the system call: a distance back to it. */
    CaptureProgram calledFrom(int distance) {
        return new CaptureProgram(
                mode,
                layouts,
                new StackProgram(stacks.registers(), stacks.ring(), stacks.losses(), stacks.loss(), distance));
    }

    /** Whether processes are wanted too. */
    boolean all() {
        return mode == StackCapture.Mode.ALL;
    }

    /** Sets what is to be read, as long as it is not. @param process register with the caller's pid, preserved */
    void begin(Assembler code, int process) {
        code.store(Size.WORD, RECORD, CaptureOutcome.PROCESS, process);
        code.set(1, -1).store(Size.DOUBLE, RECORD, CaptureOutcome.START_ROUTINE, 1);
        code.set(1, 0).store(Size.HALF, RECORD, CaptureOutcome.GENERATION, 1);
        outcome(code, Stack.UNWANTED);
    }

    /**
     * Appends the capture of a call whose record is in register 7, complete, and whose registers are at register 8.
     * Ends at the label {@code submit}, which the caller sets behind it.
     *
     * @param flags where the record has the flags
     */
    void append(Assembler code, int flags) {
        if (!all()) {
            code.load(Size.DOUBLE, 1, RECORD, flags);
            code.jumpIf(Condition.ANY_BIT, 1, (int) CloneFlag.CLONE_THREAD.bit(), "thread")
                    .jump("submit");
            code.label("thread");
        }
        code.load(Size.WORD, TLS, RECORD, CaptureOutcome.PROCESS);
        LayoutTable.lookUp(code, TLS, layouts, "submit");
        code.copy(SLOT, 0)
                .load(Size.DOUBLE, 1, SLOT, LayoutTable.OWNER)
                .copy(2, TLS)
                .copy(3, 1);
        code.compute(Operation.SHIFT_LEFT, 3, 32).compute(Operation.SHIFT_RIGHT, 3, 32);
        code.jumpIfBy(Condition.EQUAL, 2, 3, "owned");
        LayoutTable.renew(code, SLOT);
        code.label("owned").copy(2, 1).compute(Operation.SHIFT_RIGHT, 2, 32);
        code.store(Size.HALF, RECORD, CaptureOutcome.GENERATION, 2);
        code.load(Size.DOUBLE, 2, RECORD, flags);
        code.jumpIf(Condition.ANY_BIT, 2, (int) CloneFlag.CLONE_SETTLS.bit(), "tls")
                .jump("capture");

        // A tls that could not be read is no reason to lose the stack.
        code.label("tls").load(Size.DOUBLE, TLS, RECORD, CloneRecord.TLS).jumpIf(Condition.EQUAL, TLS, -1, "capture");
        code.load(Size.DOUBLE, 2, SLOT, LayoutTable.VALID_FOR).jumpIfBy(Condition.NOT_EQUAL, 2, 1, "unknown");
        code.load(Size.DOUBLE, 3, SLOT, LayoutTable.OFFSET).computeBy(Operation.ADD, 3, TLS);
        code.copy(1, RECORD)
                .compute(Operation.ADD, 1, CaptureOutcome.START_ROUTINE)
                .set(2, Long.BYTES);
        code.call(Helper.PROBE_READ_USER).jumpIf(Condition.EQUAL, 0, 0, "started");
        code.set(1, -1)
                .store(Size.DOUBLE, RECORD, CaptureOutcome.START_ROUTINE, 1)
                .jump("capture");
        code.label("started");
        if (!all()) {
            code.load(Size.DOUBLE, 1, RECORD, CaptureOutcome.START_ROUTINE);
            code.load(Size.DOUBLE, 2, SLOT, LayoutTable.HOTSPOT_START).jumpIfBy(Condition.BELOW, 1, 2, "capture");
            code.load(Size.DOUBLE, 2, SLOT, LayoutTable.HOTSPOT_END).jumpIfBy(Condition.BELOW, 1, 2, "hotspot");
        }
        code.label("capture");
        stacks.append(code, "stack", "full");
        outcome(code, Stack.CAPTURED).jump("submit");

        code.label("unknown").load(Size.DOUBLE, 1, SLOT, LayoutTable.CAPTURES);
        code.jumpIf(Condition.BELOW, 1, UNKNOWN_CAPTURES, "unknown yet");
        if (all()) {
            code.jump("capture");
        } else {
            outcome(code, Stack.UNDECIDED).jump("submit");
        }
        code.label("unknown yet").set(1, 1).atomic(Atomic.ADD, SLOT, LayoutTable.CAPTURES, 1);
        stacks.appendWithPthread(code, "stack and pthread", "full", CloneRecord.TLS);
        outcome(code, Stack.CAPTURED_WITH_PTHREAD).jump("submit");

        if (!all()) {
            code.label("hotspot");
            outcome(code, Stack.HOTSPOT).jump("submit");
        }
        code.label("full");
        outcome(code, Stack.RING_FULL);
    }

    private static Assembler outcome(Assembler code, Stack stack) {
        return code.set(1, stack.ordinal()).store(Size.HALF, RECORD, CaptureOutcome.STACK, 1);
    }
}
