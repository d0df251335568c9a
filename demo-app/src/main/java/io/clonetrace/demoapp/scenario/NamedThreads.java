package io.clonetrace.demoapp.scenario;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** A factory that names its threads after the scenario, counts them, and can wait until all have ended. */
final class NamedThreads implements ThreadFactory {

    private final Tally tally;
    private final AtomicInteger number = new AtomicInteger();
    private final Queue<Thread> made = new ConcurrentLinkedQueue<>();

    NamedThreads(Tally tally) {
        this.tally = tally;
    }

    @Override
    public Thread newThread(Runnable task) {
        return take(new Thread(task));
    }

    /** Names and counts a thread that has not been started yet. */
    <T extends Thread> T take(T thread) {
        thread.setName(tally.prefix() + number.incrementAndGet());
        tally.threadStarted();
        made.add(thread);
        return thread;
    }

    /** A pool is terminated a moment before its last worker has ended; this waits for the threads themselves. */
    void joinAll() throws InterruptedException {
        for (Thread thread : made) {
            thread.join();
        }
    }
}
