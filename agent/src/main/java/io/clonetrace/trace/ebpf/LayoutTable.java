package io.clonetrace.trace.ebpf;

import static io.clonetrace.trace.ebpf.Assembler.FRAME;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.bpf.BpfArray;
import io.clonetrace.trace.ebpf.Assembler.Condition;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import io.clonetrace.trace.ebpf.Assembler.Operation;
import io.clonetrace.trace.ebpf.Assembler.Size;
import io.clonetrace.unwind.ThreadLayout;
import java.util.List;
import java.util.Optional;

/**
 * What the programs know of the threads of each process: where they keep their start routine, and which of these are
 * HotSpot's. Shared memory, since a hash map of the kernel's would have to be written by bpf(2) (see {@link BpfArray}).
 *
 * <p>A process has the slot that its pid selects. Its first clone claims the slot for it, and gives it an owner, a word
 * that no other process and no other program in the same process has had: a generation and the pid. The slot's layout
 * is valid while it is marked with that owner. A process whose slot another one has claimed claims it back by its next
 * clone, and its layout has to be found again.
 */
final class LayoutTable implements AutoCloseable {
    static final int SLOTS = 4096;

    static final int OWNER = 0; // offsets in bytes; generation << 32 | pid
    static final int VALID_FOR = 8; // the owner whose layout the slot contains
    static final int OFFSET = 16; // of the start routine from tls
    static final int HOTSPOT_START = 24;
    static final int HOTSPOT_END = 32;
    static final int CAPTURES = 40; // stacks captured without knowing the layout

    private static final int WORDS = 8; // a power of two, for the JIT compiler
    private static final int GENERATION_SHIFT = 32;
    private static final int KEY = -4; // on the stack

    private final BpfArray words;

    /**
     * Where the threads of a process keep their start routine, and which of these are HotSpot's.
     *
     * @param startRoutineOffset in bytes from tls
     * @param hotSpotStart where libjvm.so's code begins; 0 if there is none
     * @param hotSpotEnd where it ends
     */
    record Layout(long startRoutineOffset, long hotSpotStart, long hotSpotEnd) {
        /** Reads it from the process; empty if the process has no glibc, or it can't be read. */
        static Optional<Layout> of(int process) {
            return ThreadLayout.of(process)
                    .map(layout -> new Layout(layout.startRoutineOffset(), layout.hotSpotStart(), layout.hotSpotEnd()));
        }

        boolean isHotSpots(long startRoutine) {
            return startRoutine >= hotSpotStart && startRoutine < hotSpotEnd;
        }
    }

    LayoutTable() throws LinuxException {
        words = BpfArray.ofEntries(SLOTS, WORDS);
    }

    int fd() {
        return words.fd();
    }

    /** The owner that the process's slot has now; it may be another process. */
    long owner(int process) {
        return words.get(word(process, OWNER));
    }

    /** The generation in an owner, as far as a record has it. */
    static int generation(long owner) {
        return (int) (owner >>> GENERATION_SHIFT) & 0xffff;
    }

    /** Whether that owner is a generation of that process. */
    static boolean isOf(long owner, int process) {
        return (int) owner == process;
    }

    /** Sets the layout of a process's threads, if the slot is still its owner's. */
    void publish(long owner, Layout layout) {
        int process = (int) owner;
        words.set(word(process, VALID_FOR), 0);
        words.set(word(process, OFFSET), layout.startRoutineOffset());
        words.set(word(process, HOTSPOT_START), layout.hotSpotStart());
        words.set(word(process, HOTSPOT_END), layout.hotSpotEnd());
        words.set(word(process, VALID_FOR), owner);
    }

    /** Gives a process its slot before its first clone. */
    long claim(int process) {
        long owner = 1L << GENERATION_SHIFT | process;
        words.set(word(process, OWNER), owner);
        return owner;
    }

    private static int word(int process, int offset) {
        return (process & SLOTS - 1) * WORDS + offset / Long.BYTES;
    }

    @Override
    public void close() {
        words.close();
    }

    /** The program that runs when a process executes another program: nothing that was known of it holds any more. */
    static List<Instruction> atExec(int table, TaskPids pids) {
        Assembler code = new Assembler();
        pids.loadCaller(code, "end");
        code.copy(6, 0).compute(Operation.SHIFT_RIGHT, 6, 32);
        forget(code, 6, table, "end");
        return code.label("end").set(0, 0).exit().program();
    }

    /**
     * Appends instructions that begin a new generation of the process whose pid is in {@code register}, if it has its
     * slot.
     *
     * @param done where to continue if not; else the code continues behind
     */
    static void forget(Assembler code, int register, int table, String done) {
        lookUp(code, register, table, done);
        code.load(Size.DOUBLE, 1, 0, OWNER).copy(2, 1);
        code.compute(Operation.SHIFT_LEFT, 2, 32).compute(Operation.SHIFT_RIGHT, 2, 32);
        code.jumpIfBy(Condition.NOT_EQUAL, 2, register, done);
        renew(code, 0);
    }

    /** Appends instructions that load into register 0 the address of the slot of the pid in {@code register}. */
    static void lookUp(Assembler code, int register, int table, String failed) {
        code.copy(1, register).compute(Operation.AND, 1, SLOTS - 1).store(Size.WORD, FRAME, KEY, 1);
        code.map(1, table).copy(2, FRAME).compute(Operation.ADD, 2, KEY).call(Helper.MAP_LOOKUP_ELEM);
        code.jumpIf(Condition.EQUAL, 0, 0, failed);
    }

    /**
     * Appends instructions that give the slot the next owner: the generation after that of the owner in register 1, and
     * the pid in register 2. Register 1 has the new owner then.
     */
    static void renew(Assembler code, int slot) {
        code.compute(Operation.SHIFT_RIGHT, 1, 32).compute(Operation.ADD, 1, 1);
        code.compute(Operation.SHIFT_LEFT, 1, 32).computeBy(Operation.ADD, 1, 2);
        code.store(Size.DOUBLE, slot, OWNER, 1);
        code.set(3, 0).store(Size.DOUBLE, slot, CAPTURES, 3);
    }
}
