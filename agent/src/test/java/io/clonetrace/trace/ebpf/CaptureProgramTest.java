package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.trace.StackCapture.Mode;
import io.clonetrace.trace.ebpf.Assembler.Helper;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CaptureProgramTest {
    private static final NewTaskFormat FORMAT = new NewTaskFormat(127, 8, 32, 311, false);
    private static final int STACKS = 83;

    private static List<Instruction> program(TaskRegisters registers, Optional<Mode> mode) {
        Optional<CaptureProgram> capture =
                mode.map(wanted -> new CaptureProgram(wanted, 79, new StackProgram(registers, STACKS, 73, 1)));
        return new CloneProgram(FORMAT, TaskPids.MACHINES, registers, 71, 73, capture).watchingOnly(4099);
    }

    private static Instruction is(int code, int target, int source, int offset, int immediate) {
        return new Instruction(code, target, source, offset, immediate);
    }

    private static int reads(List<Instruction> program, int before) {
        return (int) program.subList(0, before).stream()
                .filter(one -> one.equals(is(0x85, 0, 0, 0, Helper.PROBE_READ_USER.number())))
                .count();
    }

    /** Of a thread of HotSpot's: clone3's arguments and the start routine. */
    @Test
    void nothingButTheStartRoutineIsReadBeforeItIsDecided() {
        List<Instruction> program = program(TaskRegisters.X86_64, Optional.of(Mode.NATIVE));
        int ring = program.indexOf(is(0x18, 1, 1, 0, STACKS));
        assertEquals(2, reads(program, ring));
        assertTrue(program.subList(0, ring).contains(is(0xb7, 2, 0, 0, Long.BYTES)));
        assertEquals(2, reads(program(TaskRegisters.X86_64, Optional.of(Mode.ALL)), ring));
    }

    @Test
    void programWithoutCaptureReservesOnlyItsOwnRecord() {
        List<Instruction> program = program(TaskRegisters.X86_64, Optional.empty());
        assertFalse(program.contains(is(0x18, 1, 1, 0, STACKS)));
        assertEquals(1, reads(program, program.size()));
        assertTrue(program.contains(is(0xb7, 2, 0, 0, CloneRecord.BYTES)));
        assertTrue(program(TaskRegisters.X86_64, Optional.of(Mode.NATIVE))
                .contains(is(0xb7, 2, 0, 0, CaptureOutcome.BYTES)));
    }

    /** arch/x86/include/asm/ptrace.h and the psABI's figure 3.36; arch/arm64/include/asm/ptrace.h. */
    @Test
    void registersAreCopiedByTheirDwarfNumbers() {
        assertEquals(
                List.of(80, 96, 88, 40, 104, 112, 32, 152, 72, 64, 56, 48, 24, 16, 8, 0, 128),
                copied(TaskRegisters.X86_64));
        assertEquals(IntStream.rangeClosed(0, 32).map(i -> 8 * i).boxed().toList(), copied(TaskRegisters.AARCH64));
    }

    /** The offsets in pt_regs of what is stored at the record's registers, in the record's order. */
    private static List<Integer> copied(TaskRegisters registers) {
        List<Instruction> program = program(registers, Optional.of(Mode.NATIVE));
        int ring = program.indexOf(is(0x18, 1, 1, 0, STACKS));
        return IntStream.range(0, registers.dwarf().size())
                .map(i -> IntStream.range(ring, program.size())
                        .filter(at -> program.get(at).equals(is(0x7b, 6, 1, StackRecord.REGISTERS + i * Long.BYTES, 0)))
                        .findFirst()
                        .orElseThrow())
                .mapToObj(stored -> program.get(stored - 1))
                .peek(load -> assertEquals(is(0x79, 1, 8, load.offset(), 0), load))
                .map(Instruction::offset)
                .toList();
    }
}
