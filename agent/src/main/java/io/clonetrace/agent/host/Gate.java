package io.clonetrace.agent.host;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** What threads of the application go through where they use something that is closed one day. Never holds them up. */
public final class Gate {
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LongAdder entered = new LongAdder();
    private final LongAdder left = new LongAdder();
    private volatile boolean closed;

    /** Whether the caller may go in; whoever may calls {@link #leave} afterwards. */
    public boolean enter() {
        entered.increment();
        // In this order: whoever was not seen by close sees that it is closed.
        if (closed) {
            left.increment();
            return false;
        }
        return true;
    }

    public void leave() {
        left.increment();
    }

    /**
     * Lets nobody in from now on.
     *
     * @return whether all who were in have left; if one stays for as long as this, what he uses stays open
     */
    public boolean close(long nanos) {
        closed = true;
        long deadline = System.nanoTime() + nanos;
        // Those who left are read first: otherwise one who comes and goes in between would stand for one who is in.
        while (left.sum() < entered.sum()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(MOMENT_NANOS);
        }
        return true;
    }
}
