package io.clonetrace.demoapp.scenario;

import java.util.concurrent.atomic.AtomicInteger;

/** Threads that end by an uncaught exception. Their own handler takes it, so nothing is printed. */
final class Failing implements Scenario {

    @Override
    public String name() {
        return "failing";
    }

    @Override
    public String description() {
        return "threads that end by an uncaught exception";
    }

    @Override
    public void run(Tally tally, Settings settings) throws InterruptedException {
        AtomicInteger uncaught = new AtomicInteger();
        ShortThreads threads = new ShortThreads(tally);
        for (int i = 1; i <= settings.threads(); i++) {
            Thread thread = new Thread(Failing::fail, tally.prefix() + i);
            thread.setUncaughtExceptionHandler((failed, exception) -> uncaught.incrementAndGet());
            threads.start(thread);
        }
        threads.joinAll();
        if (uncaught.get() != settings.threads()) {
            throw new IllegalStateException(uncaught + " of " + settings.threads() + " threads failed as they should");
        }
    }

    private static void fail() {
        throw new IllegalStateException("thrown on purpose");
    }
}
