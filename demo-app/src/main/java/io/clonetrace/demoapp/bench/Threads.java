package io.clonetrace.demoapp.bench;

import io.clonetrace.demoapp.bench.events.StartEvents;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Starts threads and counts them: what others say that they saw is compared with this. {@code -Dbench.events=start} has
 * it commit two events for each, as an agent has to, and {@code -Dbench.events=end} a third, at the thread's end.
 */
final class Threads {
    private static final String EVENTS = System.getProperty("bench.events", "");
    private static final boolean AT_START = !EVENTS.isEmpty();
    private static final boolean AT_END = "end".equals(EVENTS);
    private static final AtomicLong STARTED = new AtomicLong();

    private Threads() {}

    /** A thread to start. */
    static Thread of(Runnable work) {
        return new Thread(AT_END ? StartEvents.withEnd(work) : work);
    }

    static void start(Thread thread) {
        if (AT_START) {
            StartEvents.start(thread);
        } else {
            thread.start();
        }
        STARTED.incrementAndGet();
    }

    static long started() {
        return STARTED.get();
    }

    /** Commits the events that wait for others. */
    static void commitRest() {
        if (AT_START) {
            StartEvents.commitRest();
        }
    }
}
