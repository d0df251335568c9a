package io.clonetrace.trace.ebpf;

import static io.clonetrace.trace.ebpf.Assembler.FRAME;

import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.trace.ebpf.Assembler.Atomic;
import io.clonetrace.trace.ebpf.Assembler.Condition;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import io.clonetrace.trace.ebpf.Assembler.Operation;
import io.clonetrace.trace.ebpf.Assembler.Size;
import io.clonetrace.unwind.StackCopy;

/**
 * Instructions that copy the current task's user registers and the top of its user stack into a {@link StackRecord}, as
 * a part of a program that has begun a record in another ring. They expect that record's address in register 7 - its
 * first 16 bytes are the {@linkplain StackRecord.Key key} of both - and the address of struct pt_regs in register 8;
 * they preserve only register 7.
 *
 * @param registers the processor's register layout
 * @param ring descriptor of the ring that receives the copies
 * @param losses descriptor of an array that counts the copies for which the ring had no room
 * @param loss index of their count
 * @param distance from the program counter to the instruction behind the system call, in bytes
 */
record StackProgram(TaskRegisters registers, int ring, int losses, int loss, int distance) {
    private static final int COPY = 6;
    private static final int RECORD = 7;
    private static final int REGISTERS = 8;
    private static final int STACK = 8; // its address, once the registers are copied
    private static final int UNREAD = 9; // a bit for each page
    private static final int IN_PAGE = 4; // how far the stack pointer is in its page; lost by a call
    private static final int OFFSET = 5; // of a page in the copy; lost by a call
    private static final int PAGE = StackCopy.PAGE;

    /** Wakes the reader, if it waits, only for a record that follows those it has read. */
    private static final int ADAPTIVE = 0;

    private static final int KEY = -4; // on the stack

    /** For a program that runs within the system call. */
    StackProgram(TaskRegisters registers, int ring, int losses, int loss) {
        this(registers, ring, losses, loss, 0);
    }

    /**
     * Appends instructions that copy the top of the stack, as far as it can be read.
     *
     * @param name tells the labels apart if a program has several of these
     * @param full where to continue if the ring had no room, which is counted; else the code continues behind
     */
    void append(Assembler code, String name, String full) {
        begin(code, name, full);
        stack(code, name, StackRecord.Extent.ALONE);
        code.set(1, -1).store(Size.WORD, COPY, StackRecord.PTHREAD_ERROR, 1);
        submit(code);
    }

    /**
     * Appends instructions that copy less of the stack, and a part of the new thread's {@code struct pthread} in which
     * the thread's start routine lies, for a process in which its offset is not known yet.
     *
     * @param tls where the record in register 7 has the new thread's tls
     */
    void appendWithPthread(Assembler code, String name, String full, int tls) {
        begin(code, name, full);
        stack(code, name, StackRecord.Extent.BESIDE_PTHREAD);
        code.copy(1, COPY).compute(Operation.ADD, 1, StackRecord.PTHREAD).set(2, StackRecord.PTHREAD_BYTES);
        code.load(Size.DOUBLE, 3, RECORD, tls).compute(Operation.ADD, 3, pthreadFrom(registers));
        code.call(Helper.PROBE_READ_USER).store(Size.WORD, COPY, StackRecord.PTHREAD_ERROR, 0);
        submit(code);
    }

    /**
     * Where the copied part of {@code struct pthread} begins, in bytes from tls. glibc's struct begins at tls on
     * x86-64, where the start routine has been at 1592 to 1600 since glibc 2.31, and ends at tls on aarch64
     * (sysdeps/nptl/tls.h, TLS_TCB_AT_TP and TLS_DTV_AT_TP).
     */
    static int pthreadFrom(TaskRegisters registers) {
        // One of two objects: the methods of a record take a start 60 ms (java.lang.runtime.ObjectMethods).
        return registers == TaskRegisters.AARCH64 ? -StackRecord.PTHREAD_BYTES : StackRecord.PTHREAD_BYTES;
    }

    private void begin(Assembler code, String name, String full) {
        code.map(1, ring).set(2, StackRecord.BYTES).set(3, 0).call(Helper.RINGBUF_RESERVE);
        code.jumpIf(Condition.NOT_EQUAL, 0, 0, name + " reserved");
        code.set(1, loss).store(Size.WORD, FRAME, KEY, 1);
        code.map(1, losses).copy(2, FRAME).compute(Operation.ADD, 2, KEY).call(Helper.MAP_LOOKUP_ELEM);
        code.jumpIf(Condition.EQUAL, 0, 0, full);
        code.set(1, 1).atomic(Atomic.ADD, 0, 0, 1).jump(full);

        code.label(name + " reserved").copy(COPY, 0);
        for (int offset = 0; offset < StackRecord.Key.BYTES; offset += Long.BYTES) {
            code.load(Size.DOUBLE, 1, RECORD, offset).store(Size.DOUBLE, COPY, StackRecord.KEY + offset, 1);
        }
        for (int i = 0; i < registers.dwarf().size(); i++) {
            code.load(Size.DOUBLE, 1, REGISTERS, registers.dwarf().get(i));
            code.store(Size.DOUBLE, COPY, StackRecord.REGISTERS + i * Long.BYTES, 1);
        }
        if (distance != 0) {
            int last = registers.dwarf().size() - 1;
            code.load(Size.DOUBLE, 1, REGISTERS, registers.dwarf().get(last)).compute(Operation.ADD, 1, distance);
            code.store(Size.DOUBLE, COPY, StackRecord.REGISTERS + last * Long.BYTES, 1);
        }
        code.load(Size.DOUBLE, STACK, REGISTERS, registers.dwarf().get(registers.stackPointer()));
    }

    /**
     * Copies page by page, and notes which could not be read: a page of a large buffer that was never touched is not
     * present, but the frames above it are. The verifier bounds each read by the largest value of each register; so
     * what lies behind the last whole page is left out where it might not fit.
     */
    private static void stack(Assembler code, String name, StackRecord.Extent extent) {
        code.set(UNREAD, 0);
        inPage(code).set(2, PAGE).computeBy(Operation.SUBTRACT, 2, IN_PAGE).set(OFFSET, 0);
        read(code, name, 0);
        for (int page = 1; page <= extent.wholePages(); page++) {
            inPage(code).set(2, PAGE).set(OFFSET, page * PAGE).computeBy(Operation.SUBTRACT, OFFSET, IN_PAGE);
            read(code, name, page);
        }
        int last = extent.wholePages() + 1;
        inPage(code).jumpIf(Condition.BELOW, IN_PAGE, extent.leastInPage(), name + " without rest");
        code.set(2, extent.rest()).set(OFFSET, last * PAGE).computeBy(Operation.SUBTRACT, OFFSET, IN_PAGE);
        read(code, name, last);
        code.jump(name + " copied");
        code.label(name + " without rest").compute(Operation.ADD, UNREAD, 1 << last);
        code.label(name + " copied").store(Size.WORD, COPY, StackRecord.UNREAD_PAGES, UNREAD);
    }

    private static Assembler inPage(Assembler code) {
        return code.copy(IN_PAGE, STACK).compute(Operation.AND, IN_PAGE, PAGE - 1);
    }

    /** Reads as many bytes as register 2 says. */
    private static void read(Assembler code, String name, int page) {
        String read = name + " page " + page;
        code.copy(1, COPY).compute(Operation.ADD, 1, StackRecord.STACK).computeBy(Operation.ADD, 1, OFFSET);
        code.copy(3, STACK).computeBy(Operation.ADD, 3, OFFSET);
        code.call(Helper.PROBE_READ_USER).jumpIf(Condition.EQUAL, 0, 0, read);
        code.compute(Operation.ADD, UNREAD, 1 << page).label(read);
    }

    private static void submit(Assembler code) {
        code.copy(1, COPY).set(2, ADAPTIVE).call(Helper.RINGBUF_SUBMIT);
    }
}
