package io.clonetrace.linux.bpf;

import io.clonetrace.linux.Processor;
import io.clonetrace.linux.SyscallRegisters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Where the kernel's struct pt_regs, as a BPF program sees it, holds a system call's number and arguments, and how
 * clone's arguments differ between processors (clone(2), "C library/kernel differences").
 *
 * @param number offset of the call's number in bytes
 * @param numberBytes its size
 * @param arguments offsets of the call's first five arguments in bytes
 * @param tls which of clone's arguments is tls
 * @param childTid which of clone's arguments is child_tid
 * @param calls the names of the calls by number
 * @param dwarf offsets of the registers in bytes, by their DWARF numbers, the program counter last, as in
 *     unwind.StackCopy
 * @param stackPointer which of them is the stack pointer
 * @param mode offset in bytes of the half word whose bit {@link #MODE_BIT} tells 32-bit tasks from others
 * @param set32 whether the bit is set in 32-bit tasks, or in the others
 */
public record TaskRegisters(
        int number,
        int numberBytes,
        List<Integer> arguments,
        int tls,
        int childTid,
        Map<Long, String> calls,
        List<Integer> dwarf,
        int stackPointer,
        int mode,
        boolean set32) {

    /** PSR_MODE32_BIT of arm64's pstate; of x86's cs, which is 0x23 or 0x33 (asm/segment.h; Xen sets higher bits). */
    public static final int MODE_BIT = 0x10;

    /** The calls that make tasks by their numbers in a 32-bit task: i386's and those of 32-bit Arm. */
    public static final Map<Long, String> CALLS_32 = Map.of(2L, "fork", 120L, "clone", 190L, "vfork", 435L, "clone3");

    /**
     * arch/x86/include/asm/ptrace.h: orig_ax, then di, si, dx, r10, r8. By DWARF's numbers (System V ABI, AMD64
     * supplement, figure 3.36): ax, dx, cx, bx, si, di, bp, sp, r8 to r15, ip. Then cs.
     */
    public static final TaskRegisters X86_64 = new TaskRegisters(
            120,
            Long.BYTES,
            List.of(112, 104, 96, 56, 72),
            SyscallRegisters.X86_64.tls(),
            SyscallRegisters.X86_64.childTid(),
            SyscallRegisters.X86_64.calls(),
            List.of(80, 96, 88, 40, 104, 112, 32, 152, 72, 64, 56, 48, 24, 16, 8, 0, 128),
            7,
            136,
            false);

    /**
     * arch/arm64/include/asm/ptrace.h: syscallno, which is an s32, then orig_x0, since regs[0] also receives the
     * result, and regs[1] to regs[4]. By DWARF's numbers (DWARF for the Arm 64-bit Architecture): regs[0] to regs[30],
     * sp, then pc. Then pstate.
     */
    public static final TaskRegisters AARCH64 = new TaskRegisters(
            280,
            Integer.BYTES,
            List.of(272, 8, 16, 24, 32),
            SyscallRegisters.AARCH64.tls(),
            SyscallRegisters.AARCH64.childTid(),
            SyscallRegisters.AARCH64.calls(),
            generalRegistersOfArm(),
            31,
            264,
            true);

    private static List<Integer> generalRegistersOfArm() {
        List<Integer> offsets = new ArrayList<>();
        for (int register = 0; register <= 32; register++) {
            offsets.add(register * Long.BYTES);
        }
        return offsets;
    }

    /** The layout for that processor. */
    public static TaskRegisters of(Processor processor) {
        return switch (processor) {
            case X86_64 -> X86_64;
            case AARCH64 -> AARCH64;
        };
    }

    /** The number of the call of that name. */
    public int numberOf(String call) {
        for (Map.Entry<Long, String> entry : calls.entrySet()) {
            if (entry.getValue().equals(call)) {
                return entry.getKey().intValue();
            }
        }
        throw new NoSuchElementException(call);
    }
}
