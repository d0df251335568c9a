package io.clonetrace.unwind;

import io.clonetrace.unwind.elf.ElfMachine;

/**
 * The registers of a task and a copy of the top of its stack, taken at one moment.
 *
 * @param registers by the processor's DWARF register numbers; the program counter comes last: index 16 on x86-64
 *     (System V ABI, AMD64 supplement, figure 3.36), 32 on aarch64 (DWARF for the Arm 64-bit Architecture)
 * @param stack the bytes from the stack pointer upwards
 * @param length how many of them were read
 */
public record StackCopy(long[] registers, byte[] stack, int length) {
    ElfMachine machine() {
        return registers.length == ElfMachine.X86_64.registers() ? ElfMachine.X86_64 : ElfMachine.AARCH64;
    }

    /** The address of the first byte. */
    public long stackPointer() {
        return registers[machine().stackPointer()];
    }
}
