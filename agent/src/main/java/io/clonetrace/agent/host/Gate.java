package io.clonetrace.agent.host;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Counts the application's threads that use something which is closed later. Never makes them wait. */
public final class Gate {
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LongAdder entered = new LongAdder();
    private final LongAdder left = new LongAdder();
    private volatile boolean closed;

    /** Whether the caller may use it; if so, it must call {@link #leave} afterwards. */
    public boolean enter() {
        entered.increment();
        // In this order: a thread that close does not count sees that the gate is closed.
        if (closed) {
            left.increment();
            return false;
        }
        return true;
    }

    /** Ends the use that {@link #enter} allowed. */
    public void leave() {
        left.increment();
    }

    /**
     * Allows no further use, and waits for those that are under way.
     *
     * @param nanos how long it waits
     * @return whether all have left; if not, what they use must stay open
     */
    public boolean close(long nanos) {
        closed = true;
        long deadline = System.nanoTime() + nanos;
        // The number of leaves is read first: otherwise a thread that enters and leaves in between would hide another.
        while (left.sum() < entered.sum()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(MOMENT_NANOS);
        }
        return true;
    }
}
