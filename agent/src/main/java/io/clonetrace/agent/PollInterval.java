package io.clonetrace.agent;

import java.util.concurrent.TimeUnit;

/**
 * How long the session's thread sleeps between two passes. Each pass takes a processor from the application for a
 * moment: one start in a hundred would wait for it if there were fifty passes a second. A source that can ring is
 * therefore read seldom. Of the others, one that shows clones is read often, because a short thread can only be looked
 * up while it lives; one that has long been quiet is not worth fifty wake-ups a second.
 */
public final class PollInterval {
    /** While nothing is to be read; shorter if what else the session watches can't wait, such as a disk almost full. */
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** While native frames are found out: the Java frames outside them can be read only as long as the call lasts. */
    static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How far apart passes are that captured stacks or an alarm call for. */
    static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Passes in a row without a record, about two seconds, after which a source is quiet. */
    private static final int PASSES = 100;

    private int quiet;

    /**
     * @param nothing whether the last pass found nothing
     * @param rings whether the source rings when the next pass should not be put off
     */
    long nanos(boolean nothing, boolean rings) {
        quiet = nothing ? Math.min(quiet + 1, PASSES) : 0;
        if (rings) {
            return nothing ? IDLE_NANOS : QUIET_NANOS;
        }
        return quiet < PASSES ? PASS_NANOS : QUIET_NANOS;
    }
}
