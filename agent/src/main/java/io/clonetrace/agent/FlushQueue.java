package io.clonetrace.agent;

import io.clonetrace.agent.recording.StatusLog;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Where recordings that end wait for the agent's thread, one at a time. */
final class FlushQueue {
    private final AtomicReference<Ending> next = new AtomicReference<>();

    /** Called by whoever ends a recording; waits until {@code agent} has committed what it knows, or for too long. */
    void await(Thread agent) {
        Ending mine = Ending.now();
        if (!next.compareAndSet(null, mine)) {
            return;
        }
        LockSupport.unpark(agent);
        if (!mine.await()) {
            StatusLog.tooLate();
        }
    }

    /** The one that waits, which the caller finishes; null if there is none. */
    Ending take() {
        return next.getAndSet(null);
    }
}
