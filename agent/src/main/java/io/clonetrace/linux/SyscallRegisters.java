package io.clonetrace.linux;

import java.util.List;
import java.util.Map;

/**
 * Where a system call's number and arguments lie in the registers that PTRACE_GETREGSET of NT_PRSTATUS gives
 * (ptrace(2)), and what differs between processors in the calls that make a task (clone(2), "C library/kernel
 * differences").
 *
 * @param bytes size of the whole set; a 32-bit task's is another
 * @param number offset of the call's number in bytes
 * @param arguments offsets of the call's first five arguments in bytes
 * @param tls which of clone's arguments is tls
 * @param childTid which of clone's arguments is child_tid
 * @param calls the calls' names by their numbers
 * @param dwarf offsets in bytes of the registers by their DWARF numbers, the program counter last
 * @param stackPointer the stack pointer's DWARF number
 */
public record SyscallRegisters(
        int bytes,
        int number,
        List<Integer> arguments,
        int tls,
        int childTid,
        Map<Long, String> calls,
        List<Integer> dwarf,
        int stackPointer) {

    /**
     * struct user_regs_struct of sys/user.h: orig_rax, then rdi, rsi, rdx, r10, r8; numbers of asm/unistd_64.h. DWARF
     * numbers of the System V ABI, AMD64 supplement, figure 3.36: rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8 to r15,
     * rip.
     */
    public static final SyscallRegisters X86_64 = new SyscallRegisters(
            27 * Long.BYTES,
            15 * Long.BYTES,
            List.of(14 * Long.BYTES, 13 * Long.BYTES, 12 * Long.BYTES, 7 * Long.BYTES, 9 * Long.BYTES),
            4,
            3,
            Map.of(56L, "clone", 57L, "fork", 58L, "vfork", 435L, "clone3"),
            words(10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16),
            7);

    /**
     * struct user_pt_regs of asm/ptrace.h: x8, then x0 to x4, which still are the arguments while the call has not
     * returned; numbers of asm-generic/unistd.h, which has no fork and no vfork. DWARF numbers of "DWARF for the Arm
     * 64-bit Architecture": x0 to x30, sp; then pc, which lies there too.
     */
    public static final SyscallRegisters AARCH64 = new SyscallRegisters(
            34 * Long.BYTES,
            8 * Long.BYTES,
            List.of(0, Long.BYTES, 2 * Long.BYTES, 3 * Long.BYTES, 4 * Long.BYTES),
            3,
            4,
            Map.of(220L, "clone", 435L, "clone3"),
            words(
                    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
                    27, 28, 29, 30, 31, 32),
            31);

    private static List<Integer> words(int... indexes) {
        Integer[] offsets = new Integer[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            offsets[i] = indexes[i] * Long.BYTES;
        }
        return List.of(offsets);
    }
}
