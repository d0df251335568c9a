package io.clonetrace.explain;

import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.SeenLimit;
import java.util.Optional;

/**
 * A limit and how much of it is in use, each from some line.
 *
 * @param max as the text has it; {@link SeenLimit#UNLIMITED} for none
 * @param maxPlace where it was read
 * @param use how much is in use; empty if no text tells it
 * @param root the lines that say that the process is root's, which this limit does not stop; empty otherwise
 */
record LimitState(LimitName name, long max, Place maxPlace, Optional<Use> use, Optional<Place> root) {
    /** Threads end while limits are read: one that has room for so few was hit. */
    private static final long FEW = 16;

    /** The same for high limits, as a fraction. */
    private static final double NEARLY_ALL = 0.98;

    /**
     * How much is in use.
     *
     * @param atLeast whether it may be more
     * @param how what was counted, where that is not simply stated: {@code the process's threads}; empty otherwise
     */
    record Use(long amount, boolean atLeast, String how, Place place) {}

    boolean isUnlimited() {
        return max == SeenLimit.UNLIMITED;
    }

    /** Whether nothing of it, or next to nothing, was left. */
    boolean isReached() {
        return !isUnlimited()
                && root.isEmpty()
                && use.filter(one -> isReached(one.amount)).isPresent();
    }

    private boolean isReached(long used) {
        // Of bytes, the last request may have been larger than what was left.
        return used >= max
                || (double) used / max >= NEARLY_ALL
                || !name.resource().isInBytes() && max > 2 * FEW && max - used <= FEW;
    }

    /** How much of it is in use, 1 for all; 0 if that is not stated. */
    double share() {
        return isUnlimited() || max <= 0
                ? 0
                : use.map(one -> (double) one.amount / max).orElse(0.0);
    }
}
