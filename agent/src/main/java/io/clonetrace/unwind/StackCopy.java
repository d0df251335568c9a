package io.clonetrace.unwind;

import io.clonetrace.unwind.elf.ElfMachine;

/**
 * The registers of a task and a copy of the top of its stack, taken at one moment.
 *
 * @param registers by the processor's DWARF register numbers; the program counter comes last: index 16 on x86-64
 *     (System V ABI, AMD64 supplement, figure 3.36), 32 on aarch64 (DWARF for the Arm 64-bit Architecture)
 * @param stack the bytes from the stack pointer upwards
 * @param length how many of them were copied
 * @param unread bit i is set if page i of those that the copy touches was not read; the stack pointer's is page 0. The
 *     bytes of such a page are in {@code stack}, up to the length, but mean nothing. Bits of other pages mean nothing.
 */
public record StackCopy(long[] registers, byte[] stack, int length, int unread) {
    /** A page's size in bytes, by which {@link #unread} counts; those of all processors are multiples of it. */
    public static final int PAGE = 4096;

    /** A copy without holes. */
    public StackCopy(long[] registers, byte[] stack, int length) {
        this(registers, stack, length, 0);
    }

    ElfMachine machine() {
        return registers.length == ElfMachine.X86_64.registers() ? ElfMachine.X86_64 : ElfMachine.AARCH64;
    }

    /** The address of the first byte. */
    public long stackPointer() {
        return registers[machine().stackPointer()];
    }

    /** Whether the copy ends before the word at an offset from the stack pointer does. */
    boolean endsBefore(int offset) {
        return offset > length - Long.BYTES;
    }

    /** Whether a part of the word at an offset, which lies within the length, was not read. */
    boolean lacks(int offset) {
        return unread != 0 && (isUnread(offset) || isUnread(offset + Long.BYTES - 1));
    }

    private boolean isUnread(int offset) {
        int page = ((int) stackPointer() & PAGE - 1) + offset >>> 12;
        return page < Integer.SIZE && (unread >>> page & 1) != 0;
    }
}
