package io.clonetrace.agent.host;

import java.util.concurrent.atomic.AtomicLong;

/** Failures of ours that were kept from the application: their number, and the first one. */
public final class SuppressedFailures {
    private final AtomicLong count = new AtomicLong();
    private volatile Throwable first;

    public void add(Throwable failure) {
        if (count.getAndIncrement() == 0) {
            first = failure;
        }
    }

    public long count() {
        return count.get();
    }

    public Throwable first() {
        return first;
    }
}
