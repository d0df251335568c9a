package io.clonetrace.correlate;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The realtime clock, by which strace says when a call was made, beside that of System.nanoTime. */
final class RealtimeClock {
    private static final int READINGS = 16;
    private static final long EXACT_NANOS = TimeUnit.MICROSECONDS.toNanos(10);

    private final LongSupplier realtime;
    private final LongSupplier nanoTime;

    RealtimeClock() {
        this(RealtimeClock::now, System::nanoTime);
    }

    RealtimeClock(LongSupplier realtime, LongSupplier nanoTime) {
        this.realtime = realtime;
        this.nanoTime = nanoTime;
    }

    /** Nanoseconds since the epoch. */
    static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /**
     * By how many nanoseconds the clock is ahead of System.nanoTime. A thread may lose its processor between reading
     * the two, so they are read again if that took long, and the shortest reading counts.
     */
    long aheadOfNanoTime() {
        long ahead = 0;
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < READINGS && shortest > EXACT_NANOS; i++) {
            long before = nanoTime.getAsLong();
            long now = realtime.getAsLong();
            long took = nanoTime.getAsLong() - before;
            if (took < shortest) {
                shortest = took;
                ahead = now - before - took / 2;
            }
        }
        return ahead;
    }
}
