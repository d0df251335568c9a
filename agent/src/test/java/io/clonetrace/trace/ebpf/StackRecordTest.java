package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.unwind.StackCopy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class StackRecordTest {
    private static final int NOT_COPIED = -1;
    private static final int COPIED = 0;
    private static final int EFAULT = -14;

    private static final int PAGE = 4096;
    private static final int SP = 7;
    private static final int AARCH64_SP = 31;
    private static final int ALL_READ = 0;
    private static final int NONE_READ = -1;

    /** A record whose register i is 1000 + i, and whose byte i of the stack is i. */
    private static ByteBuffer record(int unread, int pthreadError) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + StackRecord.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(0).putLong(7).putInt(101).putInt(103).putInt(unread).putInt(pthreadError);
        for (int i = 0; i < 33; i++) {
            bytes.putLong(1000 + i);
        }
        while (bytes.hasRemaining()) {
            bytes.put((byte) (bytes.position() - StackRecord.STACK - 8));
        }
        return bytes;
    }

    /** With the stack pointer so far in its page. */
    private static StackCopy copy(int unread, int pthreadError, int inPage) {
        ByteBuffer bytes = record(unread, pthreadError);
        bytes.putLong(8 + StackRecord.REGISTERS + SP * 8, 0x7f00_0000_5000L + inPage);
        StackCopy copy = read(bytes, TaskRegisters.X86_64).copy();
        assertEquals(copy.length(), copy.stack().length);
        return copy;
    }

    private static StackRecord read(ByteBuffer bytes, TaskRegisters registers) {
        return StackRecord.at(bytes, 8, registers);
    }

    @Test
    void fieldsAreReadAtTheProgramsOffsets() {
        StackRecord record = read(record(0b10000, NOT_COPIED), TaskRegisters.X86_64);
        assertEquals(new StackRecord.Key(7, 101, 103), record.key());
        assertEquals(17, record.copy().registers().length);
        assertEquals(1016, record.copy().registers()[16]);
        assertEquals((byte) 0xff, record.copy().stack()[0xff]);
        assertEquals(0, record.pthread().length);
        StackCopy aarch64 =
                read(record(0b10000, NOT_COPIED), TaskRegisters.AARCH64).copy();
        assertEquals(33, aarch64.registers().length);
        assertEquals(1032, aarch64.registers()[32]);
        assertEquals(4 * PAGE - (1000 + AARCH64_SP), aarch64.length());
    }

    /** What lies behind the bytes that were read is from a record that the ring had there before. */
    @Test
    void copyEndsWithTheLastPageThatWasRead() {
        for (int inPage : new int[] {0, 8, 2047, 2048, 4088, 4095}) {
            int rest = inPage < 2048 ? 0 : 2048;
            int none = rest == 0 ? 0b10000 : 0; // what the program says of what it leaves out
            assertEquals(
                    4 * PAGE - inPage + rest, copy(none, NOT_COPIED, inPage).length());
            assertEquals(4 * PAGE - inPage, copy(0b10000, NOT_COPIED, inPage).length());
            assertEquals(3 * PAGE - inPage, copy(0b11010, NOT_COPIED, inPage).length());
            assertEquals(PAGE - inPage, copy(0b11110, NOT_COPIED, inPage).length());
            assertEquals(0, copy(NONE_READ, NOT_COPIED, inPage).length());
            for (int error : new int[] {COPIED, EFAULT}) {
                assertEquals(
                        3 * PAGE - inPage + 3072, copy(ALL_READ, error, inPage).length());
                assertEquals(3 * PAGE - inPage, copy(0b01000, error, inPage).length());
            }
        }
        assertEquals(128, read(record(ALL_READ, COPIED), TaskRegisters.X86_64).pthread().length);
        assertEquals(0, read(record(ALL_READ, EFAULT), TaskRegisters.X86_64).pthread().length);
    }

    @Test
    void unreadPagesAreNotedInTheCopy() {
        StackCopy copy = copy(0b10010, NOT_COPIED, 0xff8);
        assertEquals(0b10010, copy.unread());
        assertEquals(3 * PAGE + 8, copy.length());
    }

    @Test
    void startRoutineIsReadWhereTheStructWasCopied() {
        ByteBuffer bytes = record(ALL_READ, COPIED);
        bytes.putLong(8 + StackRecord.PTHREAD + 1592 - 1024, 0x5555_0000_1234L);
        StackRecord record = read(bytes, TaskRegisters.X86_64);
        assertEquals(0x5555_0000_1234L, record.startRoutine(1592, TaskRegisters.X86_64));
        assertEquals(0x5555_0000_1234L, record.startRoutine(1592 - 2048, TaskRegisters.AARCH64));
        for (long outside : new long[] {0, 1016, 1023, 1593, 2048, -8, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertEquals(CloneCall.UNKNOWN, record.startRoutine(outside, TaskRegisters.X86_64), "at " + outside);
        }
        StackRecord unread = read(record(ALL_READ, EFAULT), TaskRegisters.X86_64);
        assertEquals(CloneCall.UNKNOWN, unread.startRoutine(1592, TaskRegisters.X86_64));
    }
}
