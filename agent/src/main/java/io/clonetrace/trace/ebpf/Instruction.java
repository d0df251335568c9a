package io.clonetrace.trace.ebpf;

import java.util.List;

/**
 * One BPF instruction (Documentation/bpf/standardization/instruction-set.rst).
 *
 * @param code operation, 8 bits
 * @param target the register to write, or the one that holds the address to write to
 * @param source the register to read
 * @param offset of memory in bytes, or of a jump in instructions
 * @param immediate the constant
 */
record Instruction(int code, int target, int source, int offset, int immediate) {

    /** struct bpf_insn of linux/bpf.h as a little-endian number. */
    long encoded() {
        return code & 0xffL
                | (target & 0xfL) << 8
                | (source & 0xfL) << 12
                | (offset & 0xffffL) << 16
                | (long) immediate << 32;
    }

    /** A program as bpf(2) takes it. */
    static long[] encoded(List<Instruction> program) {
        long[] encoded = new long[program.size()];
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = program.get(i).encoded();
        }
        return encoded;
    }

    Instruction jumping(int distance) {
        if (distance != (short) distance) {
            throw new IllegalArgumentException("a jump of " + distance + " instructions");
        }
        return new Instruction(code, target, source, distance, immediate);
    }
}
