package io.clonetrace.demoapp.bench;

import java.util.concurrent.CountDownLatch;

/** Starts a thread and waits for its end, beside others that live and wait. */
final class StartJoin implements Work {
    private final CountDownLatch end = new CountDownLatch(1);

    /** @param others how many others live */
    StartJoin(int others) {
        for (int i = 0; i < others; i++) {
            Thread other = Threads.of(this::await);
            other.setDaemon(true);
            Threads.start(other);
        }
    }

    @Override
    public void once() throws InterruptedException {
        Thread thread = Threads.of(() -> {});
        Threads.start(thread);
        thread.join();
    }

    @Override
    public void close() {
        end.countDown();
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException ends) {
            // It ends.
        }
    }
}
