package io.clonetrace.correlate;

import static io.clonetrace.correlate.Observed.MAIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More than there is room for: nothing is lost without being counted, and nothing is kept for ever. */
class CorrelatorBoundsTest {
    private static final int TID = 501;
    private static final long TLS = 0x7f12_3456_7000L;
    private static final long NOON = 1_700_000_000_000L;
    private static final int CAPACITY = 65_536;

    private final Observed observed = new Observed();
    private final Correlator correlator = observed.correlator;

    @AfterEach
    void close() {
        observed.close();
    }

    @Test
    void excessThreadsAreCountedAndTheirClonesNotTakenForTheVms() throws IOException {
        for (int i = 0; i <= CAPACITY; i++) {
            correlator.offer(Threads.started("worker", TID, TLS, NOON));
        }
        assertEquals(1, correlator.missing(NOON + 1, Long.MAX_VALUE));
        observed.hotSpots.put(TID + 1, true);
        correlator.cloned(Calls.thread(MAIN, TID + 1, TLS, NOON));
        correlator.drainAll();
        assertNull(observed.event().getString("kind"));
    }

    @Test
    void excessCallsAreStillOneEventEach() throws IOException {
        observed.starting.add(MAIN);
        for (int i = 0; i <= CAPACITY; i++) {
            correlator.cloned(Calls.thread(MAIN, TID + i, TLS, NOON));
        }
        assertEquals(TID, observed.event().getInt("childTid"));
        correlator.drainAll();
        assertEquals(CAPACITY + 1, observed.events().size());
    }

    @Test
    void excessCallsOfUnknownTasksAreForeign() {
        for (int i = 0; i < EarlyCalls.MOST + 3; i++) {
            correlator.cloned(Calls.thread(100_000 + i, 50_000 + i, TLS, NOON));
        }
        assertEquals(3, correlator.foreignCalls());
        correlator.cloned(Calls.thread(MAIN, 100_002, TLS, NOON));
        assertEquals(1, correlator.calls());
        correlator.cloned(Calls.thread(MAIN, 100_003, TLS, NOON));
        assertEquals(3, correlator.calls());
        correlator.drainAll();
        assertEquals(EarlyCalls.MOST + 2, correlator.foreignCalls());
    }

    @Test
    void tasksWithoutAnExitRecordAreForgotten() {
        for (int tid = 1_000; tid < 101_000; tid++) {
            correlator.cloned(Calls.thread(MAIN, tid, TLS, NOON));
            correlator.drainAll();
        }
        assertNull(observed.tasks.get(1_000));
    }
}
