package io.clonetrace.demoapp.scenario;

import java.util.concurrent.Executors;

/** {@code java.util.concurrent.ScheduledThreadPoolExecutor}, which schedules each task with a delay of 0. */
final class ScheduledPool implements Scenario {

    @Override
    public String name() {
        return "scheduled-pool";
    }

    @Override
    public String description() {
        return "a scheduled pool with a ThreadFactory of its own";
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        NamedThreads threads = new NamedThreads(tally);
        FullPool.run(Executors.newScheduledThreadPool(settings.threads(), threads), settings.threads());
        threads.joinAll();
    }
}
