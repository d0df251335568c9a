package io.clonetrace.agent.starts;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import org.junit.jupiter.api.Test;

class PendingStartsTest {
    private static final int CREATOR = 42;
    private static final long CHILD = 7;

    private final PendingStarts pending = new PendingStarts();

    private static PendingStart by(int tid) {
        return new PendingStart(null, new Thread(), null, tid, false);
    }

    @Test
    void creatorIsStartingUntilItsStartIsRemoved() {
        PendingStart start = by(CREATOR);
        pending.add(CHILD, start);
        assertTrue(pending.isStarting(CREATOR, System.nanoTime()));
        assertFalse(pending.isStarting(CREATOR + 1, System.nanoTime()));
        pending.remove(CHILD, start);
        assertFalse(pending.isStarting(CREATOR, System.nanoTime()));
        assertNull(pending.get(CHILD));
    }

    @Test
    void startAfterTheMomentIsIgnored() {
        long before = System.nanoTime() - 1;
        pending.add(CHILD, by(CREATOR));
        assertFalse(pending.isStarting(CREATOR, before));
    }

    @Test
    void startWithUnknownCreatorMatchesAnyTask() {
        pending.add(CHILD, by(CloneCall.UNKNOWN));
        assertTrue(pending.isStarting(CREATOR, System.nanoTime()));
    }

    @Test
    void secondStartOfAThreadLeavesTheFirstPending() {
        PendingStart first = by(CREATOR);
        PendingStart second = by(CREATOR + 1);
        pending.add(CHILD, first);
        pending.add(CHILD, second);
        pending.remove(CHILD, second);
        assertSame(first, pending.get(CHILD));
        assertTrue(pending.isStarting(CREATOR, System.nanoTime()));
    }
}
