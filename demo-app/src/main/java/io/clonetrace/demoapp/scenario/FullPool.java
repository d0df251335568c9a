package io.clonetrace.demoapp.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;

/** Makes a pool really create each of its threads, and ends it. */
final class FullPool {

    private FullPool() {}

    /** Runs that many tasks in the pool at the same moment, then shuts it down and awaits its end. */
    static void run(ExecutorService pool, int threads) throws InterruptedException, TimeoutException {
        try (Gate gate = new Gate(threads)) {
            for (int i = 0; i < threads; i++) {
                pool.execute(gate);
            }
            gate.awaitAllRunning();
        } finally {
            pool.shutdown();
        }
        if (!pool.awaitTermination(Settings.DEADLINE_SECONDS, SECONDS)) {
            throw new TimeoutException("the pool has not ended after " + Settings.DEADLINE_SECONDS + " s");
        }
    }
}
