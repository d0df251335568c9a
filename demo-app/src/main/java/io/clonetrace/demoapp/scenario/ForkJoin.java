package io.clonetrace.demoapp.scenario;

import java.util.concurrent.ForkJoinPool;

/**
 * A ForkJoinPool of the application's own. The pool decides when it makes a worker, but it is our factory that makes
 * it, so the count is exact: one for each task that blocks. The gate is no ManagedBlocker, for which the pool would add
 * spare workers.
 */
final class ForkJoin implements Scenario {

    /** MAX_CAP in java.util.concurrent.ForkJoinPool. */
    private static final int MOST_WORKERS = 0x7fff;

    @Override
    public String name() {
        return "fork-join";
    }

    @Override
    public String description() {
        return "a ForkJoinPool of its own, at most 32767 workers";
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        int workers = Math.min(settings.threads(), MOST_WORKERS);
        NamedThreads threads = new NamedThreads(tally);
        ForkJoinPool pool = new ForkJoinPool(
                workers,
                own -> threads.take(ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(own)),
                null,
                false);
        FullPool.run(pool, workers);
        threads.joinAll();
    }
}
