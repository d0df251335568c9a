package io.clonetrace.demoapp.scenario;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * {@code Executors.newThreadPerTaskExecutor} with platform threads. It starts them through
 * {@code Thread.start(ThreadContainer)}, not through {@code Thread.start()}.
 */
final class ThreadPerTask implements Scenario {

    @Override
    public String name() {
        return "thread-per-task";
    }

    @Override
    public String description() {
        return "newThreadPerTaskExecutor with platform threads";
    }

    @Override
    public Availability available() {
        return Availability.since(21);
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        NamedThreads threads = new NamedThreads(tally);
        Object executor = Executors.class
                .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                .invoke(null, threads);
        FullPool.run((ExecutorService) executor, settings.threads());
        threads.joinAll();
    }
}
