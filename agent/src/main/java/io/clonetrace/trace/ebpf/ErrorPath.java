package io.clonetrace.trace.ebpf;

import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.Processor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the C library goes on after a system call that the kernel refused. In glibc that is a label of its own, which a
 * successful call never reaches; all registers but the result's are as they were passed. It is found by the
 * instructions from the call to the jump, which are those of sysdeps/unix/sysv/linux/x86_64/clone.S and clone3.S, and
 * of the files of that name for aarch64 (written from the source, never tested), since glibc 2.3.
 *
 * @param call clone or clone3
 * @param begin the offset in the file of the first of these instructions, in bytes
 * @param afterCall of the instruction behind the system call
 * @param end of the instruction behind the last
 * @param offset of the label
 */
record ErrorPath(CloneSyscall call, int begin, int afterCall, int end, int offset) {
    /** So many are kept: a C library has one of each call. */
    static final int MOST = 4;

    private ErrorPath movedBy(int bytes) {
        return new ErrorPath(call, begin + bytes, afterCall + bytes, end + bytes, offset + bytes);
    }

    /** The instructions of one processor. */
    private interface Pattern {
        /** The error path of a call whose number is loaded at {@code at}; empty if it is another call. */
        Optional<ErrorPath> at(ByteBuffer code, int at);

        /** Where in a match the byte is that {@link #shifts} looks at. */
        int probe();

        /** By how many bytes, for each value of that byte, the next match is away at least; 0 if one may be here. */
        int[] shifts();

        /** The least distance of two instructions. */
        int step();

        /** How many bytes a match has at most. */
        int length();
    }

    /**
     * Searches code.
     *
     * @param file the content of a file
     * @param from where in the file code begins, in bytes
     * @param to where it ends
     */
    static List<ErrorPath> find(byte[] file, int from, int to, Processor processor) {
        return find(file, 0, from, to, processor);
    }

    /** So many bytes a part of a file must go on behind the part that is searched. */
    static final int LONGEST = 20;

    /**
     * Searches a part of the code.
     *
     * @param part of the content of a file
     * @param begin where in the file it begins, in bytes
     * @param from where in the file all code begins
     * @param to where all code ends
     */
    static List<ErrorPath> find(byte[] part, int begin, int from, int to, Processor processor) {
        Pattern pattern = switch (processor) {
            case X86_64 -> new X86();
            case AARCH64 -> new Aarch64();
        };
        ByteBuffer bytes = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
        List<ErrorPath> found = new ArrayList<>();
        int[] shifts = pattern.shifts();
        int last = Math.min(part.length, to - begin) - pattern.length();
        int at = next(part, Math.max(0, from - begin), last, pattern.probe(), shifts);
        while (at <= last && found.size() < MOST) {
            Optional<ErrorPath> path = pattern.at(bytes, at);
            int label = path.isPresent() ? path.get().offset + begin : -1;
            if (label >= from && label + Integer.BYTES <= to) {
                found.add(path.get().movedBy(begin));
            }
            at = next(part, at + pattern.step(), last, pattern.probe(), shifts);
        }
        return found;
    }

    /**
     * A loop with nothing else in it, by Horspool's algorithm: there is more than a megabyte of code, and the
     * application waits.
     */
    private static int next(byte[] file, int from, int last, int probe, int[] shifts) {
        int at = from;
        while (at <= last) {
            int shift = shifts[file[at + probe] & 0xff];
            if (shift == 0) {
                return at;
            }
            at += shift;
        }
        return at;
    }

    private static int[] allShifted(int most) {
        int[] shifts = new int[256];
        Arrays.fill(shifts, most);
        return shifts;
    }

    /** mov NUMBER, %eax; syscall; test %rax, %rax; jl LABEL. */
    private static final class X86 implements Pattern {
        private static final int MOV_EAX = 0xb8;
        private static final int CLONE = 56;
        private static final int CLONE3 = 435;
        private static final int SYSCALL = 0x050f;
        private static final int TEST_REX = 0x48;
        private static final int TEST_RAX = 0xc085;
        private static final int JL_SHORT = 0x7c;
        private static final int JL_NEAR = 0x8c0f;

        @Override
        public Optional<ErrorPath> at(ByteBuffer code, int at) {
            int number = code.getInt(at + 1);
            if ((code.get(at) & 0xff) != MOV_EAX
                    || number != CLONE && number != CLONE3
                    || (code.getShort(at + 5) & 0xffff) != SYSCALL
                    || code.get(at + 7) != TEST_REX
                    || (code.getShort(at + 8) & 0xffff) != TEST_RAX) {
                return Optional.empty();
            }
            CloneSyscall call = number == CLONE ? CloneSyscall.CLONE : CloneSyscall.CLONE3;
            if (code.get(at + 10) == JL_SHORT) {
                return Optional.of(new ErrorPath(call, at, at + 7, at + 12, at + 12 + code.get(at + 11)));
            }
            return (code.getShort(at + 10) & 0xffff) == JL_NEAR
                    ? Optional.of(new ErrorPath(call, at, at + 7, at + 16, at + 16 + code.getInt(at + 12)))
                    : Optional.empty();
        }

        /** The last byte of test %rax, %rax. */
        @Override
        public int probe() {
            return 9;
        }

        /** mov NUMBER, %eax has four bytes of the number behind its first, two of them zero. */
        @Override
        public int[] shifts() {
            int[] shifts = allShifted(10);
            shifts[MOV_EAX] = 9;
            shifts[CLONE] = 8;
            shifts[CLONE3 & 0xff] = 8;
            shifts[CLONE3 >> 8] = 7;
            shifts[0] = 5;
            shifts[SYSCALL & 0xff] = 4;
            shifts[SYSCALL >> 8] = 3;
            shifts[TEST_REX] = 2;
            shifts[TEST_RAX & 0xff] = 1;
            shifts[TEST_RAX >> 8] = 0;
            return shifts;
        }

        @Override
        public int step() {
            return 1;
        }

        @Override
        public int length() {
            return 16;
        }
    }

    /** mov x8, NUMBER; svc 0; cmp x0, 0; b.eq CHILD; b.lt LABEL. */
    private static final class Aarch64 implements Pattern {
        private static final int MOV_X8_CLONE = 0xd2801b88; // 220
        private static final int MOV_X8_CLONE3 = 0xd2803668; // 435
        private static final int SVC_0 = 0xd4000001;
        private static final int CMP_X0_0 = 0xf100001f;
        private static final int CONDITIONAL = 0xff00001f;
        private static final int B_EQ = 0x54000000;
        private static final int B_LT = 0x5400000b;

        @Override
        public Optional<ErrorPath> at(ByteBuffer code, int at) {
            int move = code.getInt(at);
            if (move != MOV_X8_CLONE && move != MOV_X8_CLONE3
                    || code.getInt(at + 4) != SVC_0
                    || code.getInt(at + 8) != CMP_X0_0
                    || (code.getInt(at + 12) & CONDITIONAL) != B_EQ
                    || (code.getInt(at + 16) & CONDITIONAL) != B_LT) {
                return Optional.empty();
            }
            int distance = code.getInt(at + 16) << 8 >> 13; // imm19, in instructions
            CloneSyscall call = move == MOV_X8_CLONE ? CloneSyscall.CLONE : CloneSyscall.CLONE3;
            return Optional.of(new ErrorPath(call, at, at + 8, at + 20, at + 16 + distance * Integer.BYTES));
        }

        /** The first byte of cmp x0, 0. */
        @Override
        public int probe() {
            return 2 * Integer.BYTES;
        }

        @Override
        public int[] shifts() {
            int[] shifts = allShifted(3 * Integer.BYTES);
            shifts[MOV_X8_CLONE & 0xff] = 2 * Integer.BYTES;
            shifts[MOV_X8_CLONE3 & 0xff] = 2 * Integer.BYTES;
            shifts[SVC_0 & 0xff] = Integer.BYTES;
            shifts[CMP_X0_0 & 0xff] = 0;
            return shifts;
        }

        @Override
        public int step() {
            return Integer.BYTES;
        }

        @Override
        public int length() {
            return 20;
        }
    }
}
