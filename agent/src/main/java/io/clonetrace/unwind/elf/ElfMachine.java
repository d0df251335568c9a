package io.clonetrace.unwind.elf;

/** The supported processors as ELF and DWARF number them and their registers. */
public enum ElfMachine {
    /** System V ABI, AMD64 supplement, figure 3.36. The last register stands for the return address. */
    X86_64(62, 17, 7, new byte[] {0x0f, 0x05}),
    /** DWARF for the Arm 64-bit Architecture. The last register is the program counter. */
    AARCH64(183, 33, 31, new byte[] {0x01, 0x00, 0x00, (byte) 0xd4});

    /** User addresses of aarch64 have at most 48 bits unless a program asks for more; the rest may be a signature. */
    private static final long AARCH64_ADDRESS = (1L << 48) - 1;

    private final int number;
    private final int registers;
    private final int stackPointer;
    private final byte[] systemCall;

    ElfMachine(int number, int registers, int stackPointer, byte[] systemCall) {
        this.number = number;
        this.registers = registers;
        this.stackPointer = stackPointer;
        this.systemCall = systemCall;
    }

    static ElfMachine of(int number) throws DamagedElfException {
        for (ElfMachine machine : values()) {
            if (machine.number == number) {
                return machine;
            }
        }
        throw new DamagedElfException("it is for another processor (e_machine " + number + ")");
    }

    /** How many registers unwinding follows: the general ones, and the program counter, which is the last. */
    public int registers() {
        return registers;
    }

    /** The stack pointer's number. */
    public int stackPointer() {
        return stackPointer;
    }

    /** The program counter's number. */
    public int programCounter() {
        return registers - 1;
    }

    /** The instruction that enters the kernel: {@code syscall}, {@code svc #0}. */
    public byte[] systemCall() {
        return systemCall.clone();
    }

    /** A return address without its pointer authentication code. */
    public long withoutSignature(long address) {
        return this == AARCH64 ? address & AARCH64_ADDRESS : address;
    }
}
