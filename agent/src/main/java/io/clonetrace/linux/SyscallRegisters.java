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
 */
public record SyscallRegisters(
        int bytes, int number, List<Integer> arguments, int tls, int childTid, Map<Long, String> calls) {

    /** struct user_regs_struct of sys/user.h: orig_rax, then rdi, rsi, rdx, r10, r8; numbers of asm/unistd_64.h. */
    public static final SyscallRegisters X86_64 = new SyscallRegisters(
            27 * Long.BYTES,
            15 * Long.BYTES,
            List.of(14 * Long.BYTES, 13 * Long.BYTES, 12 * Long.BYTES, 7 * Long.BYTES, 9 * Long.BYTES),
            4,
            3,
            Map.of(56L, "clone", 57L, "fork", 58L, "vfork", 435L, "clone3"));

    /**
     * struct user_pt_regs of asm/ptrace.h: x8, then x0 to x4, which still are the arguments while the call has not
     * returned; numbers of asm-generic/unistd.h, which has no fork and no vfork.
     */
    public static final SyscallRegisters AARCH64 = new SyscallRegisters(
            34 * Long.BYTES,
            8 * Long.BYTES,
            List.of(0, Long.BYTES, 2 * Long.BYTES, 3 * Long.BYTES, 4 * Long.BYTES),
            3,
            4,
            Map.of(220L, "clone", 435L, "clone3"));
}
