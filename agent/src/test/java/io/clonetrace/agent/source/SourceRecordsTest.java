package io.clonetrace.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.correlate.NativeStackLog;
import io.clonetrace.correlate.ProcessTasks;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceRecordsTest {
    private static final int PID = 100;
    private static final int TID = 501;

    private final CloneLog clones = new CloneLog(new NativeStackLog());
    private final Correlator correlator = new Correlator(
            new ProcessTasks(PID, tid -> tid == PID),
            (tid, moment) -> false,
            call -> Optional.empty(),
            tid -> null,
            clones);
    private final SourceRecords records = new SourceRecords(correlator, clones);

    private static CloneCall thread(int parentTid, int childTid) {
        return CloneCall.builder(CloneSyscall.CLONE3, parentTid)
                .made(childTid)
                .flags(CloneFlag.CLONE_THREAD.bit())
                .exitSignal(0)
                .build();
    }

    @Test
    void onlyTheCloneWithTheMarkersParentAndChildIsTheMarker() {
        records.expectMarker(PID, TID);
        records.cloned(thread(PID, TID + 1));
        records.cloned(thread(TID + 1, TID));
        assertFalse(records.markerSeen());
        records.cloned(thread(PID, TID));
        assertTrue(records.markerSeen());
        records.expectMarker(PID, TID);
        assertFalse(records.markerSeen());
    }

    @Test
    void clonesReachTheCorrelatorAndTheNameReachesTheLog() {
        records.source("strace");
        records.cloned(thread(PID, TID));
        correlator.drainAll();
        assertEquals("strace", clones.source());
        assertEquals(1, correlator.calls());
        assertEquals(1, clones.byKind().get("unknown"));
    }
}
