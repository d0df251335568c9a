package io.clonetrace.demoapp.bench;

import java.util.concurrent.atomic.AtomicLong;

/** Starts threads and counts them: what others say that they saw is compared with this. */
final class Threads {
    private static final AtomicLong STARTED = new AtomicLong();

    private Threads() {}

    static void start(Thread thread) {
        thread.start();
        STARTED.incrementAndGet();
    }

    static long started() {
        return STARTED.get();
    }
}
