package io.clonetrace.correlate;

import java.util.concurrent.TimeUnit;

/** How often something may be tried in vain: so many times at once, and then so many times a second. */
final class Allowance {
    private final int most;
    private final long refillNanos;
    private int left;
    private long filled;

    Allowance(int most, int perSecond) {
        this.most = most;
        this.refillNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.left = most;
        this.filled = System.nanoTime();
    }

    /** Whether there is one left. */
    boolean has(long now) {
        long more = (now - filled) / refillNanos;
        if (more > 0) {
            left = (int) Math.min(most, left + more);
            filled += more * refillNanos;
        }
        return left > 0;
    }

    /** Uses one up. */
    void use() {
        left = Math.max(0, left - 1);
    }
}
