package io.clonetrace.demoapp.verdict;

import java.util.concurrent.TimeUnit;

/** The time that a program of the corpus runs, from its start on. */
final class Span {
    private final long start = System.nanoTime();
    private final long nanos;

    Span(double seconds) {
        nanos = Math.round(seconds * 1e9);
    }

    /** Whether less than that part of the time is over; 1 for all. */
    boolean isBefore(double part) {
        return System.nanoTime() - start < part * nanos;
    }

    /** Waits until that part of the time is over; 1 for all. */
    void await(double part) throws InterruptedException {
        long left = start + Math.round(part * nanos) - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /** Waits for work that doesn't come: what an idle thread does. */
    static void idle() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for something slow. */
    static void slow(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
