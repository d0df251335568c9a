package io.clonetrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.limits.ThreadHeadroom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecordingStartTest {
    private final Thread caller = Thread.currentThread();
    private final RecordingStart start = new RecordingStart(this::work);
    private volatile Thread worker;
    private volatile boolean awaited;
    private volatile boolean over;

    /** Ends when the caller waits for it. */
    private void work() {
        worker = Thread.currentThread();
        while (!awaited && !over) {
            awaited = caller.getState() == Thread.State.TIMED_WAITING;
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void end() {
        over = true;
    }

    @Test
    void nothingIsAwaitedBeforeItBegins() {
        start.await();
        assertFalse(start.isRunning());
        assertNull(worker);
    }

    @Test
    void itRunsOnAThreadOfTheAgentAndIsAwaited() {
        start.begin();
        assertTrue(start.isRunning());
        start.await();
        assertTrue(awaited);
        assertFalse(start.isRunning());
        assertInstanceOf(AgentThread.class, worker);
        assertEquals("clonetrace recording", worker.getName());
    }

    @Test
    void callerThatIsInterruptedWaitsAndStaysInterrupted() {
        start.begin();
        Thread.currentThread().interrupt();
        start.await();
        assertTrue(Thread.interrupted());
        assertTrue(awaited);
    }

    @Test
    void roomForTheRecordingsThreadsTooIsNotWaitedFor() {
        start.begin();
        assertNull(start.shortage(toCome -> toCome == ThreadHeadroom.RECORDING ? null : "full"));
        assertFalse(awaited);
    }

    @Test
    void roomThatTheRecordingMayTakeIsLookedForWhenItRuns() {
        List<Integer> asked = new ArrayList<>();
        start.begin();
        assertEquals("full", start.shortage(toCome -> {
            asked.add(toCome);
            return "full";
        }));
        assertTrue(awaited);
        assertEquals(List.of(ThreadHeadroom.RECORDING, 0), asked);
    }

    @Test
    void withoutARecordingNoThreadIsToCome() {
        assertNull(start.shortage(toCome -> toCome == 0 ? null : "full"));
    }
}
