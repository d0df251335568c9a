package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.bpf.TaskRegisters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class StackRecordTest {
    private static final int NOT_COPIED = -1;
    private static final int COPIED = 0;
    private static final int EFAULT = -14;

    /** A record whose register i is 1000 + i, and whose byte i of the stack is i. */
    private static ByteBuffer record(int length, int pthreadError) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + StackRecord.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(0).putLong(7).putInt(101).putInt(103).putInt(length).putInt(pthreadError);
        for (int i = 0; i < 33; i++) {
            bytes.putLong(1000 + i);
        }
        for (int i = 0; i < StackRecord.STACK_BYTES; i++) {
            bytes.put((byte) i);
        }
        return bytes;
    }

    private static StackRecord read(ByteBuffer bytes, TaskRegisters registers) {
        return StackRecord.at(bytes, 8, registers);
    }

    @Test
    void fieldsAreReadAtTheProgramsOffsets() {
        StackRecord record = read(record(StackRecord.STACK_BYTES, NOT_COPIED), TaskRegisters.X86_64);
        assertEquals(new StackRecord.Key(7, 101, 103), record.key());
        assertEquals(17, record.copy().registers().length);
        assertEquals(1016, record.copy().registers()[16]);
        assertEquals(StackRecord.STACK_BYTES, record.copy().length());
        assertEquals((byte) 0xff, record.copy().stack()[StackRecord.STACK_BYTES - 1]);
        assertEquals(0, record.pthread().length);
        long[] aarch64 =
                read(record(8, NOT_COPIED), TaskRegisters.AARCH64).copy().registers();
        assertEquals(33, aarch64.length);
        assertEquals(1032, aarch64[32]);
    }

    /** What lies behind the bytes that were read is from a record that the ring had there before. */
    @Test
    void onlyWhatWasReadIsCopied() {
        assertArrayEquals(
                new byte[] {0, 1, 2, 3, 4, 5, 6, 7},
                read(record(8, NOT_COPIED), TaskRegisters.X86_64).copy().stack());
        assertEquals(0, read(record(0, NOT_COPIED), TaskRegisters.X86_64).copy().stack().length);
        int most = StackRecord.STACK_BYTES - StackRecord.PTHREAD_BYTES;
        for (int error : new int[] {COPIED, EFAULT}) {
            StackRecord record = read(record(StackRecord.STACK_BYTES, error), TaskRegisters.X86_64);
            assertEquals(most, record.copy().length());
            assertEquals(error == COPIED ? 128 : 0, record.pthread().length);
        }
    }

    @Test
    void startRoutineIsReadWhereTheStructWasCopied() {
        ByteBuffer bytes = record(8, COPIED);
        bytes.putLong(8 + StackRecord.PTHREAD + 1592 - 1024, 0x5555_0000_1234L);
        StackRecord record = read(bytes, TaskRegisters.X86_64);
        assertEquals(0x5555_0000_1234L, record.startRoutine(1592, TaskRegisters.X86_64));
        assertEquals(0x5555_0000_1234L, record.startRoutine(1592 - 2048, TaskRegisters.AARCH64));
        for (long outside : new long[] {0, 1016, 1023, 1593, 2048, -8, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertEquals(CloneCall.UNKNOWN, record.startRoutine(outside, TaskRegisters.X86_64), "at " + outside);
        }
        StackRecord unread = read(record(8, EFAULT), TaskRegisters.X86_64);
        assertEquals(CloneCall.UNKNOWN, unread.startRoutine(1592, TaskRegisters.X86_64));
    }
}
