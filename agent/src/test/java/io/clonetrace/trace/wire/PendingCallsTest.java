package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.trace.wire.PendingCalls.PendingCall;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingCallsTest {
    private final PendingCalls pending = new PendingCalls();

    @Test
    void oldestCallIsDroppedWhenThereAreTooMany() {
        for (int tid = 1; tid <= PendingCalls.MOST + 1; tid++) {
            pending.put(new PendingCall(tid, CloneSyscall.FORK, 0, "fork("));
        }
        assertEquals(1, pending.dropped());
        assertEquals(Optional.empty(), pending.take(1));
        assertTrue(pending.take(2).isPresent());
    }

    @Test
    void oldestCallIsDroppedWhenTextIsTooLong() {
        String longest = "fork(" + "x".repeat(LineScanner.LONGEST - 5);
        int fit = (int) (PendingCalls.MOST_TEXT / LineScanner.LONGEST);
        for (int tid = 1; tid <= fit + 3; tid++) {
            pending.put(new PendingCall(tid, CloneSyscall.FORK, 0, longest));
        }
        assertEquals(3, pending.dropped());
        assertEquals(Optional.empty(), pending.take(3));
        assertTrue(pending.take(4).isPresent());
        pending.put(new PendingCall(3, CloneSyscall.FORK, 0, longest));
        assertEquals(3, pending.dropped(), "what was taken out makes room");
    }

    @Test
    void callIsTakenByTaskAndName() {
        pending.put(new PendingCall(5, CloneSyscall.CLONE, 0, "clone("));
        assertEquals(Optional.empty(), pending.take(5, CloneSyscall.CLONE3));
        assertEquals(Optional.empty(), pending.takeLatest(CloneSyscall.FORK));
        assertTrue(pending.take(5, CloneSyscall.CLONE).isPresent());
        assertTrue(pending.isEmpty());
        assertEquals(0, pending.dropped());
    }
}
