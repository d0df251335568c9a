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

    private final PendingStarts inFlight = new PendingStarts();

    private static PendingStart by(int tid) {
        return new PendingStart(null, new Thread(), null, tid);
    }

    @Test
    void theCreatorIsInsideThreadStartUntilItsStartIsOver() {
        PendingStart start = by(CREATOR);
        inFlight.add(CHILD, start);
        assertTrue(inFlight.isStarting(CREATOR, System.nanoTime()));
        assertFalse(inFlight.isStarting(CREATOR + 1, System.nanoTime()));
        inFlight.remove(CHILD, start);
        assertFalse(inFlight.isStarting(CREATOR, System.nanoTime()));
        assertNull(inFlight.get(CHILD));
    }

    @Test
    void aStartThatIsLaterThanTheMomentDoesNotCount() {
        long before = System.nanoTime() - 1;
        inFlight.add(CHILD, by(CREATOR));
        assertFalse(inFlight.isStarting(CREATOR, before));
    }

    @Test
    void aCreatorWhoseTidIsUnknownMayBeAnyTask() {
        inFlight.add(CHILD, by(CloneCall.UNKNOWN));
        assertTrue(inFlight.isStarting(CREATOR, System.nanoTime()));
    }

    @Test
    void aSecondStartOfTheSameThreadDoesNotTakeTheFirstOnesPlace() {
        PendingStart first = by(CREATOR);
        PendingStart second = by(CREATOR + 1);
        inFlight.add(CHILD, first);
        inFlight.add(CHILD, second);
        inFlight.remove(CHILD, second);
        assertSame(first, inFlight.get(CHILD));
        assertTrue(inFlight.isStarting(CREATOR, System.nanoTime()));
    }
}
