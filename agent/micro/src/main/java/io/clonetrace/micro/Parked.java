package io.clonetrace.micro;

import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Threads that wait for their end. */
record Parked(List<Thread> threads, CountDownLatch end) {
    private static final long PAUSE_MILLIS = 200;

    static Parked start(int count) throws InterruptedException {
        Parked parked = new Parked(new ArrayList<>(), new CountDownLatch(1));
        CountDownLatch ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                ready.countDown();
                try {
                    parked.end.await();
                } catch (InterruptedException ends) {
                    // It ends.
                }
            });
            thread.setDaemon(true);
            parked.threads.add(thread);
            thread.start();
        }
        ready.await();
        return parked;
    }

    void stop() throws IOException, InterruptedException {
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        // The kernel takes longer than Java to end them. Other threads may stay, so no count can be waited for.
        TaskList tasks = TaskList.ofSelf();
        for (int before = Integer.MAX_VALUE, now; (now = tasks.tids().length) < before; before = now) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
