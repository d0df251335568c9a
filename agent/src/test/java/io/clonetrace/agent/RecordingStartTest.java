package io.clonetrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.host.AgentThread;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecordingStartTest {
    private final CountDownLatch let = new CountDownLatch(1);
    private volatile Thread worker;
    private volatile boolean done;
    private final RecordingStart start = new RecordingStart(this::work);

    private void work() {
        worker = Thread.currentThread();
        try {
            let.await();
            done = true;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nothingIsAwaitedBeforeItBegins() {
        start.await();
        assertFalse(start.isRunning());
        assertFalse(done);
    }

    @Test
    void itRunsOnAThreadOfTheAgentAndIsAwaited() {
        start.begin();
        assertTrue(start.isRunning());
        let.countDown();
        start.await();
        assertTrue(done);
        assertFalse(start.isRunning());
        assertInstanceOf(AgentThread.class, worker);
        assertEquals("clonetrace recording", worker.getName());
    }

    @Test
    void callerThatIsInterruptedWaitsAndStaysInterrupted() {
        start.begin();
        Thread.currentThread().interrupt();
        let.countDown();
        start.await();
        assertTrue(Thread.interrupted());
        assertTrue(done);
    }
}
