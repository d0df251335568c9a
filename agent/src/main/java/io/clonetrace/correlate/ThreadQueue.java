package io.clonetrace.correlate;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands {@link JavaThread}s from the threads that start threads to the agent's own: lock-free, bounded; what is too
 * much is counted.
 */
final class ThreadQueue {
    private final int capacity;
    private final ConcurrentLinkedQueue<JavaThread> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    ThreadQueue(int capacity) {
        this.capacity = capacity;
    }

    void offer(JavaThread thread) {
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            dropped.incrementAndGet();
        } else {
            add(thread);
        }
    }

    /** Its place is free again if there is no memory, or no stack, to take it. */
    private void add(JavaThread thread) {
        boolean added = false;
        try {
            added = queue.add(thread);
        } finally {
            if (!added) {
                size.decrementAndGet();
                dropped.incrementAndGet();
            }
        }
    }

    JavaThread poll() {
        JavaThread thread = queue.poll();
        if (thread != null) {
            size.decrementAndGet();
        }
        return thread;
    }

    long dropped() {
        return dropped.get();
    }
}
