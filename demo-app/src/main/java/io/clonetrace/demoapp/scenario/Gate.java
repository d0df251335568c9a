package io.clonetrace.demoapp.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/**
 * A task that ends only when the gate opens. The controlling thread opens it once a given number of tasks run at the
 * same moment, which proves that a pool has that many threads.
 */
public final class Gate implements Runnable, AutoCloseable {

    private final int tasks;
    private final CountDownLatch arriving;
    private final CountDownLatch opening = new CountDownLatch(1);

    Gate(int tasks) {
        this.tasks = tasks;
        this.arriving = new CountDownLatch(tasks);
    }

    @Override
    public void run() {
        arriving.countDown();
        try {
            // Without a time limit: in a virtual thread that would start the JDK's unparker thread as well.
            opening.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when all tasks run; throws TimeoutException when some do not in {@link Settings#DEADLINE_SECONDS}. */
    void awaitAllRunning() throws InterruptedException, TimeoutException {
        if (!arriving.await(Settings.DEADLINE_SECONDS, SECONDS)) {
            throw new TimeoutException((tasks - arriving.getCount()) + " of " + tasks + " tasks run after "
                    + Settings.DEADLINE_SECONDS + " s");
        }
    }

    /** Opens the gate, also when something failed: otherwise the threads would wait for ever. */
    @Override
    public void close() {
        opening.countDown();
    }
}
