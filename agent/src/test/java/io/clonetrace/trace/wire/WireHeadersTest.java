package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What our own tracers write between strace's lines. */
class WireHeadersTest {
    private static final String CLONE = "100 1700000000.123456789 clone(child_stack=NULL, flags=SIGCHLD) = 200\n";

    @Test
    void namesTheSourceAndTheWriter() {
        Told told = Told.of("# source: ebpf\n# writer: 4711\n");
        assertEquals(List.of("ebpf"), told.all);
        assertEquals(OptionalLong.of(4711), told.writer);
        assertEquals(0, told.counts.ignored());
    }

    @Test
    void lostIsWhatTheWriterSaidLast() {
        Told told = Told.of("# lost: 3\n" + CLONE + "# lost: 17\n");
        assertEquals(17, told.counts.untold());
        assertEquals(17, told.counts.lost());
        assertEquals(1, told.counts.clones());
        assertEquals(
                Long.MAX_VALUE,
                Told.of("# lost: 9223372036854775807\n5 fork()\n").counts.lost());
    }

    @Test
    void theClocksDistanceGivesTheKernelsTime() {
        Told told = Told.of(CLONE + "# clock: 1699999999123456000\n" + CLONE);
        assertEquals(-1, told.calls().get(0).kernelTime());
        assertEquals(1_000_000_789, told.calls().get(1).kernelTime());
        assertEquals(1_700_000_000_123_456_789L, told.calls().get(1).observedAt());
    }

    @Test
    void anythingElseIsNoLineOfOurs() {
        Told told = Told.of("# lost: many\n# writer: \n# clock: -\n# lost: -5\n#lost: 5\n");
        assertEquals(5, told.counts.ignored());
        assertEquals(0, told.counts.lost());
        assertTrue(told.writer.isEmpty());
    }
}
