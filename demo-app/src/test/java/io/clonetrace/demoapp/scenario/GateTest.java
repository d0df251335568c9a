package io.clonetrace.demoapp.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GateTest {

    @Test
    @Timeout(30)
    void noTaskPassesBeforeTheGateOpens() throws Exception {
        Tally tally = new Tally("gate");
        NamedThreads threads = new NamedThreads(tally);
        CountDownLatch passed = new CountDownLatch(2);
        try (Gate gate = new Gate(2)) {
            Runnable task = () -> {
                gate.run();
                passed.countDown();
            };
            threads.newThread(task).start();
            threads.newThread(task).start();
            gate.awaitAllRunning();
            assertEquals(2, passed.getCount());
        }
        threads.joinAll();
        assertEquals(0, passed.getCount());
    }

    @Test
    @Timeout(30)
    void fullPoolHasEndedWhenRunReturns() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        assertFalse(pool.isShutdown());
        FullPool.run(pool, 3);
        assertTrue(pool.isTerminated());
    }
}
