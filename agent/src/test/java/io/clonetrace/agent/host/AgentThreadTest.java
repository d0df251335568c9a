package io.clonetrace.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AgentThreadTest {
    @Test
    void threadBelongsToTheSystemGroupWhereverItIsMade() throws InterruptedException {
        AtomicReference<Thread> made = new AtomicReference<>();
        Thread maker = new Thread(
                new ThreadGroup(new ThreadGroup("applications"), "inner"),
                () -> made.set(new AgentThread("clonetrace test", () -> {})));
        maker.start();
        maker.join();
        assertEquals("system", made.get().getThreadGroup().getName());
        assertTrue(made.get().isDaemon());
    }
}
