package io.clonetrace.trace.ebpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a BPF program, instruction by instruction; jumps go to labels. Registers are numbers from 0 to 10. */
final class Assembler {
    /** The frame pointer; the stack is below it. */
    static final int FRAME = 10;

    private static final int PSEUDO_MAP_FD = 1; // linux/bpf.h: BPF_PSEUDO_MAP_FD

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<Integer, String> jumps = new HashMap<>();
    private final Map<String, Integer> labels = new HashMap<>();

    /** Arithmetic operations, all of 64 bits. */
    enum Operation {
        ADD(0x07),
        SUBTRACT(0x17),
        AND(0x57),
        SHIFT_LEFT(0x67),
        SHIFT_RIGHT(0x77),
        XOR(0xa7),
        MOVE(0xb7);

        private final int code;

        Operation(int code) {
            this.code = code;
        }
    }

    /** The size of a memory access. */
    enum Size {
        WORD(0x00),
        HALF(0x08),
        DOUBLE(0x18);

        private final int bits;

        Size(int bits) {
            this.bits = bits;
        }

        static Size of(int bytes) {
            return switch (bytes) {
                case Short.BYTES -> HALF;
                case Integer.BYTES -> WORD;
                case Long.BYTES -> DOUBLE;
                default -> throw new IllegalArgumentException(bytes + " bytes");
            };
        }
    }

    /** The condition of a jump. */
    enum Condition {
        EQUAL(0x15),
        ANY_BIT(0x45),
        NOT_EQUAL(0x55),
        /** Unsigned. */
        BELOW(0xa5);

        private final int code;

        Condition(int code) {
            this.code = code;
        }
    }

    /** Atomic operations on memory. */
    enum Atomic {
        ADD(0x00),
        OR(0x40),
        AND(0x50);

        private final int operation;

        Atomic(int operation) {
            this.operation = operation;
        }
    }

    /** Kernel functions that a BPF program may call (bpf-helpers(7)); the newest are from Linux 5.15. */
    enum Helper {
        MAP_LOOKUP_ELEM(1),
        KTIME_GET_NS(5),
        GET_CURRENT_PID_TGID(14),
        PROBE_READ_USER(112),
        PROBE_READ_KERNEL(113),
        RINGBUF_RESERVE(131),
        RINGBUF_SUBMIT(132),
        RINGBUF_QUERY(134),
        GET_CURRENT_TASK_BTF(158),
        TASK_PT_REGS(175);

        private final int number;

        Helper(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    Assembler compute(Operation operation, int register, int constant) {
        return add(operation.code, register, 0, 0, constant);
    }

    Assembler computeBy(Operation operation, int register, int other) {
        return add(operation.code | 0x08, register, other, 0, 0);
    }

    Assembler set(int register, int constant) {
        return compute(Operation.MOVE, register, constant);
    }

    Assembler copy(int register, int from) {
        return computeBy(Operation.MOVE, register, from);
    }

    Assembler load(Size size, int register, int address, int offset) {
        return add(0x61 | size.bits, register, address, offset, 0);
    }

    Assembler store(Size size, int address, int offset, int register) {
        return add(0x63 | size.bits, address, register, offset, 0);
    }

    Assembler atomic(Atomic atomic, int address, int offset, int register) {
        return add(0xdb, address, register, offset, atomic.operation);
    }

    /** Loads a map's address: two instructions. */
    Assembler map(int register, int fd) {
        return add(0x18, register, PSEUDO_MAP_FD, 0, fd).add(0, 0, 0, 0, 0);
    }

    /** Calls a kernel helper function: arguments in registers 1 to 5, result in 0; 6 to 9 are preserved. */
    Assembler call(Helper helper) {
        return add(0x85, 0, 0, 0, helper.number());
    }

    Assembler jumpIf(Condition condition, int register, int constant, String label) {
        jumps.put(instructions.size(), label);
        return add(condition.code, register, 0, 0, constant);
    }

    Assembler jumpIfBy(Condition condition, int register, int other, String label) {
        jumps.put(instructions.size(), label);
        return add(condition.code | 0x08, register, other, 0, 0);
    }

    Assembler jump(String label) {
        jumps.put(instructions.size(), label);
        return add(0x05, 0, 0, 0, 0);
    }

    Assembler label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalArgumentException("two labels " + name);
        }
        return this;
    }

    Assembler exit() {
        return add(0x95, 0, 0, 0, 0);
    }

    /** @throws IllegalArgumentException for a jump to a label that does not exist */
    List<Instruction> program() {
        List<Instruction> program = new ArrayList<>(instructions);
        jumps.forEach((at, label) -> {
            Integer target = labels.get(label);
            if (target == null) {
                throw new IllegalArgumentException("no label " + label);
            }
            program.set(at, program.get(at).jumping(target - at - 1));
        });
        return List.copyOf(program);
    }

    private Assembler add(int code, int target, int source, int offset, int immediate) {
        instructions.add(new Instruction(code, target, source, offset, immediate));
        return this;
    }
}
