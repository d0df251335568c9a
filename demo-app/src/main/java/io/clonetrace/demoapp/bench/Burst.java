package io.clonetrace.demoapp.bench;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts 1,000 threads as fast as some creators can, each its share, and waits for their end. */
final class Burst implements Work {
    private static final int THREADS = 1_000;

    private final ExecutorService creators;
    private final List<Callable<Void>> shares;

    Burst(int creators) {
        this.creators = Executors.newFixedThreadPool(creators);
        this.shares = Collections.nCopies(creators, () -> create(THREADS / creators));
    }

    @Override
    public void once() throws Exception {
        for (Future<Void> share : creators.invokeAll(shares)) {
            share.get();
        }
    }

    @Override
    public void close() {
        creators.shutdown();
    }

    private static Void create(int count) throws InterruptedException {
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            threads[i] = Threads.of(() -> {});
            Threads.start(threads[i]);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return null;
    }
}
