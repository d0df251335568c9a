package io.clonetrace.demoapp.scenario;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@code new Thread(Runnable)}. With more than one creator, the calling thread is the first of them, and each other
 * creator is itself one of the threads: so there are exactly {@code threads} in all, and each creator starts at least
 * one.
 */
final class Plain implements Scenario {

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public String description() {
        return "new Thread(Runnable), by one or more creators";
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        int creators = settings.creators();
        int others = settings.threads() - (creators - 1);
        AtomicInteger number = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        ShortThreads threads = new ShortThreads(tally);
        for (int creator = 1; creator < creators; creator++) {
            // What remains after even shares goes to the creators, so that the calling thread has the smallest share.
            int share = others / creators + (creator <= others % creators ? 1 : 0);
            Runnable task = () -> create(share, tally, number, failure);
            threads.start(new Thread(task, tally.prefix() + number.incrementAndGet()));
        }
        create(others / creators, tally, number, failure);
        threads.joinAll();
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }

    /** OutOfMemoryError is what Thread.start throws when the kernel refuses a thread. */
    private static void create(int share, Tally tally, AtomicInteger number, AtomicReference<Throwable> failure) {
        ShortThreads threads = new ShortThreads(tally);
        try {
            for (int i = 0; i < share; i++) {
                threads.start(new Thread(() -> {}, tally.prefix() + number.incrementAndGet()));
            }
            threads.joinAll();
        } catch (InterruptedException | OutOfMemoryError e) {
            failure.compareAndSet(null, e);
        }
    }
}
