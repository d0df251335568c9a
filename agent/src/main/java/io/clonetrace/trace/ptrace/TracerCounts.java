package io.clonetrace.trace.ptrace;

import java.util.concurrent.atomic.AtomicLong;

/** How many clones a tracer saw. Written by the tracer's thread, read by any. */
public final class TracerCounts {
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    TracerCounts() {}

    /** Clones reported as events. */
    public long seen() {
        return seen.get();
    }

    /** Clones that happened but could not be read, because the caller was killed at that moment or is a 32-bit task. */
    public long lost() {
        return lost.get();
    }

    void sawClone() {
        seen.lazySet(seen.get() + 1);
    }

    void lostClone() {
        lost.lazySet(lost.get() + 1);
    }
}
