package io.clonetrace.agent;

import java.util.concurrent.atomic.AtomicLong;

/** Failures of ours that the application never saw: how many, and what the first one was. */
final class Suppressed {
    private final AtomicLong count = new AtomicLong();
    private volatile Throwable first;

    void add(Throwable failure) {
        if (count.getAndIncrement() == 0) {
            first = failure;
        }
    }

    long count() {
        return count.get();
    }

    Throwable first() {
        return first;
    }
}
