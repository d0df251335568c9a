package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.bpf.TaskRegisters;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CloneProgramTest {
    private static final NewTaskFormat FORMAT = new NewTaskFormat(127, 8, 32, 311, false);

    private static List<Instruction> watchingOnly(TaskRegisters registers) {
        return new CloneProgram(FORMAT, TaskPids.MACHINES, registers, 71, 73, Optional.empty()).watchingOnly(4099);
    }

    private static Instruction is(int code, int target, int source, int offset, int immediate) {
        return new Instruction(code, target, source, offset, immediate);
    }

    @Test
    void callOfAnotherProcessExitsEarly() {
        List<Instruction> program = watchingOnly(TaskRegisters.X86_64);
        int toTheEnd = program.size() - 2 - 6;
        assertEquals(
                List.of(
                        is(0xbf, 6, 1, 0, 0),
                        is(0x85, 0, 0, 0, 14),
                        is(0xbf, 9, 0, 0, 0),
                        is(0xbf, 1, 9, 0, 0),
                        is(0x77, 1, 0, 0, 32),
                        is(0x55, 1, 0, toTheEnd, 4099),
                        is(0x18, 1, 1, 0, 71)),
                program.subList(0, 7));
        assertEquals(
                List.of(is(0xb7, 0, 0, 0, 0), is(0x95, 0, 0, 0, 0)),
                program.subList(program.size() - 2, program.size()));
    }

    @Test
    void x86CallsUseX86NumbersAndRegisters() {
        List<Instruction> program = watchingOnly(TaskRegisters.X86_64);
        assertTrue(program.contains(is(0x79, 9, 8, 120, 0))); // orig_ax
        assertEquals(List.of(435), immediates(program, 0x15, 9));
        assertEquals(List.of(56), immediates(program, 0x55, 9));
        assertEquals(List.of(112, 104, 72, 56), loadsOfArguments(program)); // flags, stack, tls, child_tid
    }

    @Test
    void aarch64CallsUseAarch64NumbersAndRegisters() {
        List<Instruction> program = watchingOnly(TaskRegisters.AARCH64);
        assertTrue(program.contains(is(0x61, 9, 8, 280, 0))); // syscallno
        assertEquals(List.of(435), immediates(program, 0x15, 9));
        assertEquals(List.of(220), immediates(program, 0x55, 9));
        assertEquals(List.of(272, 8, 24, 32), loadsOfArguments(program)); // tls is clone's fourth there
    }

    private static List<Integer> immediates(List<Instruction> program, int code, int register) {
        return program.stream()
                .filter(one -> one.code() == code && one.target() == register)
                .map(Instruction::immediate)
                .toList();
    }

    private static List<Integer> loadsOfArguments(List<Instruction> program) {
        return program.stream()
                .filter(one -> one.code() == 0x79 && one.target() == 1 && one.source() == 8)
                .map(Instruction::offset)
                .toList();
    }
}
