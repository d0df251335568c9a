package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.clonetrace.trace.ebpf.Assembler.Atomic;
import io.clonetrace.trace.ebpf.Assembler.Condition;
import io.clonetrace.trace.ebpf.Assembler.Operation;
import io.clonetrace.trace.ebpf.Assembler.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The codes are those of linux/bpf.h and linux/bpf_common.h: class, operation and source or size and mode. */
class AssemblerTest {
    private static Instruction only(Assembler code) {
        List<Instruction> program = code.program();
        assertEquals(1, program.size());
        return program.get(0);
    }

    private static Instruction is(int code, int target, int source, int offset, int immediate) {
        return new Instruction(code, target, source, offset, immediate);
    }

    @Test
    void arithmeticIsEncoded() {
        int alu64 = 0x07;
        int byRegister = 0x08; // BPF_X
        assertEquals(is(0xb0 | alu64, 3, 0, 0, -7), only(new Assembler().set(3, -7)));
        assertEquals(is(0xb0 | alu64 | byRegister, 3, 9, 0, 0), only(new Assembler().copy(3, 9)));
        assertEquals(is(alu64, 1, 0, 0, 5), only(new Assembler().compute(Operation.ADD, 1, 5)));
        assertEquals(
                is(0x10 | alu64 | byRegister, 1, 2, 0, 0), only(new Assembler().computeBy(Operation.SUBTRACT, 1, 2)));
        assertEquals(is(0x50 | alu64, 1, 0, 0, 63), only(new Assembler().compute(Operation.AND, 1, 63)));
        assertEquals(is(0xa0 | alu64, 1, 0, 0, -1), only(new Assembler().compute(Operation.XOR, 1, -1)));
        assertEquals(is(0x70 | alu64, 0, 0, 0, 32), only(new Assembler().compute(Operation.SHIFT_RIGHT, 0, 32)));
        assertEquals(
                is(0x60 | alu64 | byRegister, 1, 7, 0, 0), only(new Assembler().computeBy(Operation.SHIFT_LEFT, 1, 7)));
    }

    @Test
    void memoryAccessIsEncoded() {
        int mem = 0x60;
        int doubleWord = 0x18;
        assertEquals(is(mem | 1, 1, 6, 8, 0), only(new Assembler().load(Size.WORD, 1, 6, 8)));
        assertEquals(is(mem | doubleWord | 1, 1, 6, -8, 0), only(new Assembler().load(Size.DOUBLE, 1, 6, -8)));
        assertEquals(is(mem | 3, 7, 2, 16, 0), only(new Assembler().store(Size.WORD, 7, 16, 2)));
        assertEquals(is(mem | 0x08 | 3, 7, 2, 16, 0), only(new Assembler().store(Size.HALF, 7, 16, 2)));
        assertEquals(is(mem | doubleWord | 3, 7, 2, 16, 0), only(new Assembler().store(Size.DOUBLE, 7, 16, 2)));
        int atomic = 0xc0;
        assertEquals(is(atomic | doubleWord | 3, 0, 1, 0, 0x40), only(new Assembler().atomic(Atomic.OR, 0, 0, 1)));
        assertEquals(is(atomic | doubleWord | 3, 0, 1, 8, 0), only(new Assembler().atomic(Atomic.ADD, 0, 8, 1)));
        assertThrows(IllegalArgumentException.class, () -> Size.of(3));
    }

    @Test
    void mapLoadTakesTwoInstructions() {
        assertEquals(
                List.of(is(0x18, 1, 1, 0, 23), is(0, 0, 0, 0, 0)),
                new Assembler().map(1, 23).program());
    }

    @Test
    void jumpOffsetCountsFromTheNextInstruction() {
        List<Instruction> program = new Assembler()
                .label("begin")
                .jumpIf(Condition.EQUAL, 0, 5, "end")
                .map(1, 3)
                .jumpIf(Condition.ANY_BIT, 1, 0x10000, "begin")
                .jumpIfBy(Condition.BELOW, 1, 2, "end")
                .jump("end")
                .call(Assembler.Helper.TASK_PT_REGS)
                .label("end")
                .exit()
                .program();
        assertEquals(is(0x15, 0, 0, 6, 5), program.get(0));
        assertEquals(is(0x45, 1, 0, -4, 0x10000), program.get(3));
        assertEquals(is(0xa0 | 0x08 | 0x05, 1, 2, 2, 0), program.get(4));
        assertEquals(is(0x05, 0, 0, 1, 0), program.get(5));
        assertEquals(is(0x85, 0, 0, 0, 175), program.get(6));
        assertEquals(is(0x95, 0, 0, 0, 0), program.get(7));
    }

    @Test
    void missingAndDuplicateLabelsAreRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new Assembler().jump("x").program());
        assertThrows(
                IllegalArgumentException.class, () -> new Assembler().label("x").label("x"));
    }

    /** struct bpf_insn: code, dst_reg:4, src_reg:4, off, imm. */
    @Test
    void instructionIsEncodedAsStructBpfInsn() {
        assertEquals(0x0000_0005_fffc_2163L, is(0x63, 1, 2, -4, 5).encoded());
        assertEquals(0xffff_fff9_0000_03b7L, is(0xb7, 3, 0, 0, -7).encoded());
        assertThrows(IllegalArgumentException.class, () -> is(5, 0, 0, 0, 0).jumping(40_000));
    }
}
