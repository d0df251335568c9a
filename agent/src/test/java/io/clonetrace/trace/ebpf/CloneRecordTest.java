package io.clonetrace.trace.ebpf;

import static io.clonetrace.clone.CloneCall.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.bpf.TaskRegisters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CloneRecordTest {
    private static final Map<Long, String> CALLS = TaskRegisters.X86_64.calls();
    private static final long PTHREAD = 0x3d0f00;
    private static final long REALTIME = 1_700_000_000_000_000_000L;

    private static CloneRecord record(int number, long seen, long passed) {
        return new CloneRecord(7, 101, 103, number, 17, seen, passed, 0x7000, 0x100, 0x7100, 0x7200, -1, -1);
    }

    private static CloneCall call(
            CloneSyscall syscall, long flags, int signal, long stack, long size, long tls, long tid) {
        return CloneCall.builder(syscall, 101)
                .made(103)
                .flags(flags)
                .exitSignal(signal)
                .stack(stack)
                .stackSize(size)
                .tls(tls)
                .childTidAddress(tid)
                .observedAt(REALTIME + 7)
                .kernelTime(7)
                .build();
    }

    private static Optional<CloneCall> read(CloneRecord record) {
        return record.call(CALLS, REALTIME, null);
    }

    @Test
    void fieldsAreReadAtTheProgramsOffsets() {
        ByteBuffer bytes = ByteBuffer.allocate(8 + CloneRecord.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(0).putLong(7).putInt(101).putInt(103).putInt(435).putInt(17);
        bytes.putLong(PTHREAD)
                .putLong(PTHREAD)
                .putLong(0x7000)
                .putLong(0x100)
                .putLong(0x7100)
                .putLong(0x7200)
                .putInt(-1)
                .putInt(-1);
        assertEquals(record(435, PTHREAD, PTHREAD), CloneRecord.at(bytes, 8));
    }

    /** A CLONE_NEWPID child has its own number 1, but the caller's namespace has another for it, which counts. */
    @Test
    void tidsInsideReplaceBothForTheReaderInside() {
        CloneRecord seen = new CloneRecord(7, 101, 103, 435, 0, PTHREAD, PTHREAD, 1, 2, 3, 4, 11, 13);
        CloneCall inside = read(seen).orElseThrow().inside().orElseThrow();
        assertEquals(11, inside.parentTid());
        assertEquals(13, inside.childTid());
        assertEquals(PTHREAD, inside.flags());
        CloneRecord refused = new CloneRecord(7, 101, -11, 435, 0, -1, PTHREAD, 1, 2, 3, 4, 11, -1);
        CloneCall failed = read(refused).orElseThrow().inside().orElseThrow();
        assertEquals("EAGAIN", failed.error());
        assertEquals(11, failed.parentTid());
        assertEquals(CloneCall.UNKNOWN, failed.childTid());
    }

    /** The kernel's struct pid could not be read, or the kernel's types are not used. */
    @Test
    void unknownTidsInsideAreNotGuessed() {
        assertEquals(
                Optional.empty(),
                read(record(435, PTHREAD, PTHREAD)).orElseThrow().inside());
        CloneRecord half = new CloneRecord(7, 101, 103, 435, 0, PTHREAD, PTHREAD, 1, 2, 3, 4, 11, 0);
        assertEquals(Optional.empty(), read(half).orElseThrow().inside());
    }

    /**
     * The same numbers as i386's and 32-bit Arm's (arch/x86/entry/syscalls/syscall_32.tbl, arch/arm/tools/syscall.tbl).
     */
    @Test
    void ofA32BitTaskOnlyTheCallAndItsFlagsAreKnown() {
        for (CloneSyscall syscall : CloneSyscall.values()) {
            int number = switch (syscall) {
                case FORK -> 2;
                case CLONE -> 120;
                case VFORK -> 190;
                case CLONE3 -> 435;
            };
            CloneCall call =
                    read(record(CloneRecord.NUMBER_32 + number, PTHREAD, -1)).orElseThrow();
            assertEquals(syscall, call.syscall());
            assertEquals(103, call.childTid());
            boolean flags = syscall == CloneSyscall.CLONE || syscall == CloneSyscall.CLONE3;
            assertTrue(!flags || call.flags() == PTHREAD);
            assertEquals(UNKNOWN, call.stack());
            assertEquals(UNKNOWN, call.tls());
        }
        assertFalse(read(record(CloneRecord.NUMBER_32 + 56, PTHREAD, -1)).isPresent());
    }

    @Test
    void clone3HasAllArguments() {
        assertEquals(
                Optional.of(call(CloneSyscall.CLONE3, PTHREAD, 17, 0x7000, 0x100, 0x7100, 0x7200)),
                read(record(435, PTHREAD, PTHREAD)));
    }

    @Test
    void cloneHasItsSignalInTheLowByteAndNoStackSize() {
        assertEquals(
                Optional.of(call(CloneSyscall.CLONE, PTHREAD, 9, 0x7000, UNKNOWN, 0x7100, 0x7200)),
                read(record(56, PTHREAD, PTHREAD | 9)));
    }

    @Test
    void tlsAndChildTidAreUnknownWithoutTheirFlags() {
        assertEquals(
                Optional.of(call(CloneSyscall.CLONE, 0x4100, 17, 0x7000, UNKNOWN, UNKNOWN, UNKNOWN)),
                read(record(56, 0x4100, 0x4111)));
        assertEquals(
                Optional.of(call(CloneSyscall.CLONE3, 0x1000000, 17, 0x7000, 0x100, UNKNOWN, 0x7200)),
                read(record(435, 0x1000000, 0x1000000)));
    }

    @Test
    void forkAndVforkHaveNoArguments() {
        assertEquals(
                Optional.of(call(CloneSyscall.FORK, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
                read(record(57, 0, 0)));
        assertEquals(
                Optional.of(call(CloneSyscall.VFORK, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
                read(record(58, 0x4100, 0)));
    }

    /** What the kernel took holds; of the rest, which may be as wrong, nothing is said. */
    @Test
    void argumentsThatDifferFromTheKernelsFlagsAreUnknown() {
        for (long passed : new long[] {UNKNOWN, 0, PTHREAD ^ 0x100}) {
            assertEquals(
                    Optional.of(call(CloneSyscall.CLONE3, PTHREAD, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
                    read(record(435, PTHREAD, passed)));
            assertEquals(
                    PTHREAD, read(record(56, PTHREAD, passed)).orElseThrow().flags());
            assertEquals(
                    UNKNOWN, read(record(56, PTHREAD, passed)).orElseThrow().stack());
        }
    }

    @Test
    void otherSystemCallsMakeNoRecord() {
        assertEquals(Optional.empty(), read(record(426, 0x800000, 0)));
        assertTrue(record(426, 0x80_0000, 0).madeByKernel()); // CLONE_UNTRACED
        assertFalse(record(120, PTHREAD, 0).madeByKernel());
    }
}
