package io.clonetrace.agent;

import java.util.concurrent.TimeUnit;

/**
 * How long the session's thread sleeps between two looks: a source that shows clones is read often, for what else is to
 * be read of a new thread is gone at its end; one that has long shown nothing is not worth fifty wake-ups a second.
 */
public final class PollInterval {
    /** Without a source there is nothing to read, only now and then stacks to measure. */
    static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** So many looks in a row, some two seconds, that found nothing. */
    private static final int LOOKS = 100;

    private int quiet;

    /** @param nothing whether the look before found nothing */
    long nanos(boolean nothing) {
        quiet = nothing ? Math.min(quiet + 1, LOOKS) : 0;
        return quiet < LOOKS ? PASS_NANOS : QUIET_NANOS;
    }
}
