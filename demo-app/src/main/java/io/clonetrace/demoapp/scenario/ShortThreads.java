package io.clonetrace.demoapp.scenario;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Starts threads that end by themselves, and joins them. Only a few are kept at a time, so that a million need neither
 * a million stacks nor a million objects. For one creating thread.
 */
final class ShortThreads {

    private static final int KEPT = 64;

    private final Tally tally;
    private final Queue<Thread> started = new ArrayDeque<>(KEPT);

    ShortThreads(Tally tally) {
        this.tally = tally;
    }

    void start(Thread thread) throws InterruptedException {
        thread.start();
        tally.threadStarted();
        started.add(thread);
        if (started.size() == KEPT) {
            started.remove().join();
        }
    }

    void joinAll() throws InterruptedException {
        while (!started.isEmpty()) {
            started.remove().join();
        }
    }
}
