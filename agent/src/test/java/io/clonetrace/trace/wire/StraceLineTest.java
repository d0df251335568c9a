package io.clonetrace.trace.wire;

import static io.clonetrace.clone.CloneCall.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.CloneSink;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StraceLineTest {
    private static final long OBSERVED_AT = 1_795_477_574_046_863_000L;

    /** A line of strace 6.1 for the program pthread_thread, but for parent_tid's address. */
    @Test
    void lineIsTheSameAsStraces() {
        assertEquals(
                "2787  1795477574.046863 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD"
                        + "|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID,"
                        + " child_tid=0x7f177d01c990, exit_signal=0, stack=0x7f177c81c000, stack_size=0x7fff80,"
                        + " tls=0x7f177d01c6c0} => {parent_tid=[2788]}, 88) = 2788",
                StraceLine.of(pthread()));
    }

    @Test
    void writtenLineIsReadBackByTheParser() {
        List<CloneCall> calls = List.of(
                pthread(),
                call(CloneSyscall.CLONE, 0x3d0f00, 0, 0x7fe9f81fcff0L, UNKNOWN, 0x7f1L, 0x7f2L),
                call(CloneSyscall.CLONE, 0, 17, 0, UNKNOWN, UNKNOWN, UNKNOWN),
                call(CloneSyscall.CLONE, 0x3d0f00, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
                call(CloneSyscall.CLONE, 0x118, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
                call(CloneSyscall.CLONE3, 0x3d0f00, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
                call(CloneSyscall.CLONE, 0x4100, 64, 0, UNKNOWN, UNKNOWN, UNKNOWN),
                call(CloneSyscall.CLONE3, 0x1200004000L, 17, 0, 0, UNKNOWN, UNKNOWN),
                call(CloneSyscall.CLONE3, 0x80000, 0, 4096, 65536, 0, UNKNOWN),
                call(CloneSyscall.CLONE3, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
                call(CloneSyscall.FORK, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
                call(CloneSyscall.VFORK, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN));
        for (CloneCall call : calls) {
            String line = StraceLine.of(call);
            assertEquals(List.of(call), parsed(line), line);
        }
    }

    @Test
    void everyFlagBitIsReadBack() {
        for (int bit = 8; bit < 63; bit++) {
            CloneCall call = call(CloneSyscall.CLONE3, 1L << bit, 0, 1, 1, UNKNOWN, UNKNOWN);
            assertEquals(1L << bit, ((CloneCall) parsed(StraceLine.of(call)).get(0)).flags(), StraceLine.of(call));
        }
    }

    @Test
    void exitLinesAreTheSameAsStraces() {
        assertEquals("7     1795477574.046863 +++ exited with 42 +++", ended(42 << 8));
        assertEquals("7     1795477574.046863 +++ killed by SIGKILL +++", ended(9));
        assertEquals("7     1795477574.046863 +++ killed by SIGSEGV (core dumped) +++", ended(11 | 0x80));
        assertEquals(List.of(7), parsed(ended(9)));
        String superseded = StraceLine.of(new TaskEvent.Superseded(7, 123456, OBSERVED_AT));
        assertEquals("7     1795477574.046863 +++ superseded by execve in pid 123456 +++", superseded);
        assertEquals(List.of(123456), parsed(superseded));
    }

    @Test
    void failedCallIsWrittenWithItsError() {
        CloneCall failed = CloneCall.builder(CloneSyscall.CLONE3, 7)
                .failed("EAGAIN")
                .flags(0x100000)
                .exitSignal(17)
                .stack(0)
                .stackSize(0)
                .observedAt(OBSERVED_AT)
                .build();
        assertEquals(List.of(failed), parsed(StraceLine.of(failed)));
    }

    private static String ended(int status) {
        return StraceLine.of(new TaskEvent.Ended(7, new WaitStatus(status), OBSERVED_AT));
    }

    private static CloneCall pthread() {
        return CloneCall.builder(CloneSyscall.CLONE3, 2787)
                .made(2788)
                .flags(0x3d0f00)
                .exitSignal(0)
                .stack(0x7f177c81c000L)
                .stackSize(0x7fff80)
                .tls(0x7f177d01c6c0L)
                .childTidAddress(0x7f177d01c990L)
                .observedAt(OBSERVED_AT)
                .build();
    }

    private static CloneCall call(
            CloneSyscall syscall, long flags, int signal, long stack, long size, long tls, long childTid) {
        return CloneCall.builder(syscall, 7)
                .made(8)
                .flags(flags)
                .exitSignal(signal)
                .stack(stack)
                .stackSize(size)
                .tls(tls)
                .childTidAddress(childTid)
                .observedAt(OBSERVED_AT)
                .build();
    }

    private static List<Object> parsed(String line) {
        List<Object> told = new ArrayList<>();
        CloneSink sink = new CloneSink() {
            @Override
            public void cloned(CloneCall call) {
                // An strace may print frames after its first call.
                told.add(call.from(null));
            }

            @Override
            public void exited(int tid) {
                told.add(tid);
            }
        };
        StraceParser parser = new StraceParser(sink, UNKNOWN, () -> ZonedDateTime.now(ZoneOffset.UTC));
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        parser.feed(bytes, 0, bytes.length);
        parser.end();
        return told;
    }
}
