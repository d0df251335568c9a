package io.clonetrace.demoapp;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;

/**
 * Ends by System.exit while {@code THREADS} threads live; prints when that began, in microseconds since the epoch. How
 * long it took, only who waits for the process sees.
 */
public final class Exit {
    private Exit() {}

    public static void main(String[] arguments) throws InterruptedException {
        int threads = Integer.parseInt(arguments[0]);
        CountDownLatch parked = new CountDownLatch(threads);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> park(parked, never));
            thread.setDaemon(true);
            thread.start();
        }
        parked.await();
        System.out.println(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        System.exit(0);
    }

    private static void park(CountDownLatch parked, CountDownLatch never) {
        parked.countDown();
        try {
            never.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
