package io.clonetrace.trace.ebpf;

import static io.clonetrace.trace.ebpf.Assembler.FRAME;

import io.clonetrace.clone.CloneArgs;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.trace.ebpf.Assembler.Condition;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import io.clonetrace.trace.ebpf.Assembler.Operation;
import io.clonetrace.trace.ebpf.Assembler.Size;
import java.util.List;
import java.util.Optional;

/**
 * The program that the kernel runs at an {@link ErrorPath}, in the caller's context. It writes a {@link CloneRecord}
 * for each clone that was refused, into the same ring as {@link CloneProgram}, so that they are read in the order in
 * which they happened.
 *
 * @param registers where the registers are
 * @param pids as for CloneProgram
 * @param ring as for CloneProgram
 * @param losses as for CloneProgram
 * @param capture as for CloneProgram: all records of a ring have the same size
 */
record RefusalProgram(Registers registers, TaskPids pids, int ring, int losses, Optional<CaptureProgram> capture) {
    private static final int WATCHED = 6; // registers 6 to 9 survive a call
    private static final int RECORD = 7;
    private static final int CONTEXT = 8; // struct pt_regs
    private static final int CALLER = 9; // tgid << 32 | tid

    private static final int CLONE_ARGS = CloneArgs.SIZE_VER0; // which all callers pass

    /** BPF_RB_FORCE_WAKEUP: which limit was hit has to be read before it changes. */
    private static final int FORCE_WAKEUP = 2;

    private static final int NOT_SEEN = -1;

    /**
     * Where an error path finds what was passed: offsets in struct pt_regs, in bytes.
     *
     * @param result the system call's, negative
     * @param clone3Arguments holds clone3's pointer to its arguments
     * @param cloneArguments hold clone's flags, stack, tls and child_tid
     * @param clone3Checked the function checks these before it makes the call, and takes the same path if one is 0
     * @param cloneChecked the same of clone
     * @param numbers the numbers of the calls
     */
    record Registers(
            int result,
            int clone3Arguments,
            List<Integer> cloneArguments,
            List<Integer> clone3Checked,
            List<Integer> cloneChecked,
            TaskRegisters numbers) {
        /** rax; rdi; rdi, rsi, r8, r10. The function is in rdx, and for clone in rdi, where the flags follow. */
        static final Registers X86_64 = new Registers(
                80, 112, List.of(112, 104, 72, 56), List.of(112, 96), List.of(112, 104), TaskRegisters.X86_64);

        /**
         * x0; x10; x11, x1, x3, x4. The function is in x2, for clone in x10. Written from glibc's source, never tested.
         */
        static final Registers AARCH64 =
                new Registers(0, 80, List.of(88, 8, 24, 32), List.of(80, 16), List.of(80, 8), TaskRegisters.AARCH64);

        static Registers of(Processor processor) {
            return switch (processor) {
                case X86_64 -> X86_64;
                case AARCH64 -> AARCH64;
            };
        }
    }

    /**
     * The program for that error path.
     *
     * @param tgid the only process to watch
     */
    List<Instruction> watchingOnly(ErrorPath path, int tgid) {
        Assembler code = begin();
        code.copy(1, CALLER).compute(Operation.SHIFT_RIGHT, 1, 32);
        code.jumpIf(Condition.NOT_EQUAL, 1, tgid, "end");
        return record(code, path);
    }

    /** @param processes as for {@link CloneProgram#watching} */
    List<Instruction> watching(ErrorPath path, int processes) {
        Assembler code = begin();
        code.copy(WATCHED, CALLER).compute(Operation.SHIFT_RIGHT, WATCHED, 32);
        CloneProgram.word(code, WATCHED, processes);
        code.load(Size.DOUBLE, 1, 0, 0).compute(Operation.AND, WATCHED, CloneProgram.BIT_MASK);
        code.computeBy(Operation.SHIFT_RIGHT, 1, WATCHED).compute(Operation.AND, 1, 1);
        code.jumpIf(Condition.EQUAL, 1, 0, "end");
        return record(code, path);
    }

    private Assembler begin() {
        Assembler code = new Assembler().copy(CONTEXT, 1);
        pids.loadCaller(code, "end");
        return code.copy(CALLER, 0);
    }

    private List<Instruction> record(Assembler code, ErrorPath path) {
        CloneSyscall call = path.call();
        boolean clone3 = call == CloneSyscall.CLONE3;
        for (int checked : clone3 ? registers.clone3Checked() : registers.cloneChecked()) {
            code.load(Size.DOUBLE, 1, CONTEXT, checked).jumpIf(Condition.EQUAL, 1, 0, "end");
        }
        code.map(1, ring)
                .set(2, capture.isPresent() ? CaptureOutcome.BYTES : CloneRecord.BYTES)
                .set(3, 0)
                .call(Helper.RINGBUF_RESERVE);
        code.jumpIf(Condition.NOT_EQUAL, 0, 0, "reserved");
        code.set(2, 0);
        CloneProgram.lookUp(code, losses);
        code.set(1, 1).atomic(Assembler.Atomic.ADD, 0, 0, 1).jump("end");

        code.label("reserved").copy(RECORD, 0);
        code.call(Helper.KTIME_GET_NS).store(Size.DOUBLE, RECORD, CloneRecord.TIME, 0);
        code.store(Size.WORD, RECORD, CloneRecord.PARENT, CALLER);
        capture.ifPresent(capturing -> {
            code.compute(Operation.SHIFT_RIGHT, CALLER, 32);
            capturing.begin(code, CALLER);
        });
        pids.storeInside(code, RECORD, Optional.empty(), CONTEXT);
        code.load(Size.DOUBLE, 1, CONTEXT, registers.result()).store(Size.WORD, RECORD, CloneRecord.CHILD, 1);
        code.set(1, registers.numbers().numberOf(call.syscallName())).store(Size.WORD, RECORD, CloneRecord.NUMBER, 1);
        code.set(1, NOT_SEEN).store(Size.WORD, RECORD, CloneRecord.EXIT_SIGNAL, 1);
        for (int offset = CloneRecord.SEEN_FLAGS; offset < CloneRecord.PARENT_INSIDE; offset += Long.BYTES) {
            code.store(Size.DOUBLE, RECORD, offset, 1);
        }
        if (clone3) {
            code.copy(1, FRAME).compute(Operation.ADD, 1, -CLONE_ARGS).set(2, CLONE_ARGS);
            code.load(Size.DOUBLE, 3, CONTEXT, registers.clone3Arguments()).call(Helper.PROBE_READ_USER);
            code.jumpIf(Condition.NOT_EQUAL, 0, 0, "complete");
            CloneProgram.members(code);
        } else {
            int[] to = {CloneRecord.PASSED_FLAGS, CloneRecord.STACK, CloneRecord.TLS, CloneRecord.CHILD_TID};
            for (int i = 0; i < to.length; i++) {
                code.load(Size.DOUBLE, 1, CONTEXT, registers.cloneArguments().get(i))
                        .store(Size.DOUBLE, RECORD, to[i], 1);
            }
        }
        code.label("complete");
        // Between the system call and the error path, only the program counter changes.
        capture.ifPresent(capturing ->
                capturing.calledFrom(path.afterCall() - path.offset()).append(code, CloneRecord.PASSED_FLAGS));
        code.label("submit").copy(1, RECORD).set(2, FORCE_WAKEUP).call(Helper.RINGBUF_SUBMIT);
        return code.label("end").set(0, 0).exit().program();
    }
}
