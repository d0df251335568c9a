package io.clonetrace.trace.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.ProcessorTime;
import io.clonetrace.clone.CloneCall;
import org.junit.jupiter.api.Test;

/**
 * Traces made to cost much. Each takes well under a second where the work grows with the trace, and many minutes where
 * it grows with its square: the deadline only ends a hang.
 */
class HostileTraceTest {
    @Test
    void unterminatedCommentsAreReadInTime() {
        String line = "5 clone(flags=<" + "/*x".repeat(21_000) + ">) = 6\n";
        Told told = read(line, 20);
        assertEquals(new LineCounts(20, 20, 0, 0, 0, 0, 0), told.counts);
        assertEquals(CloneCall.UNKNOWN, told.calls().get(0).flags());
    }

    @Test
    void maximumOfPendingCallsIsReadInTime() {
        int calls = PendingCalls.MOST;
        StringBuilder trace = new StringBuilder();
        for (int tid = 1; tid <= calls; tid++) {
            trace.append(tid).append(" fork( <unfinished ...>\n");
        }
        for (int tid = 1; tid <= calls; tid++) {
            trace.append("<... fork resumed>) = ").append(tid).append('\n');
        }
        Told told = read(trace.toString(), 10);
        assertEquals(10 * calls, told.counts.clones());
        // Without a tid, a second half belongs to the latest call that has begun.
        assertEquals(calls, told.calls().get(0).parentTid());
        assertEquals(1, told.calls().get(calls - 1).parentTid());
    }

    @Test
    void exitsAfterAFullQueueAreReadInTime() {
        StringBuilder trace = new StringBuilder("1 fork( <unfinished ...>\n");
        for (int tid = 1; tid <= 60_000; tid++) {
            trace.append(100_000 + tid).append(" +++ exited with 0 +++\n");
        }
        trace.append("1 <... fork resumed>) = 2\n");
        String single = "1 fork( <unfinished ...>\n9 +++ exited with 0 +++\n1 <... fork resumed>) = 3\n";
        int singles = 300_000;
        Told told = read(trace + single.repeat(singles), 1);
        assertEquals(1 + singles, told.counts.clones());
    }

    @Test
    void endlessCallInPartsIsReadInTime() {
        String part = "fork(strace: Process 6 attached\n";
        String further = (", " + "x".repeat(60) + "strace: Process 6 attached\n").repeat(1_000_000);
        Told told = read(part + further, 1);
        assertEquals(1, told.counts.lost());
        assertEquals(1_000_001, told.counts.lines());
    }

    private static Told read(String trace, int times) {
        byte[] bytes = trace.repeat(times).getBytes(ISO_8859_1);
        return ProcessorTime.bounded(() -> Told.of(bytes, CloneCall.UNKNOWN, 1 << 16));
    }
}
