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
                && !isExceeded()
                && use.filter(one -> isReached(one.amount)).isPresent();
    }

    /**
     * Whether clearly more is in use than the limit allows, so that it can't be the one that applied. Not of a cgroup's
     * own use, which a limit may be set below; nor of mappings, of which a thread without a guard zone takes fewer.
     */
    boolean isExceeded() {
        boolean allowed = switch (name) {
            case MAX_MAP_COUNT, MEMORY_MAX -> true;
            case PIDS_MAX -> use.filter(one -> one.how.isEmpty()).isPresent();
            default -> false;
        };
        double most = max + Math.max(FEW, max * (1 - NEARLY_ALL));
        return !isUnlimited()
                && root.isEmpty()
                && !allowed
                && use.filter(one -> one.amount > most).isPresent();
    }

    private boolean isReached(long used) {
        // Of bytes, the last request may have been larger than what was left.
        return used >= max
                || (double) used / max >= NEARLY_ALL
                || !name.resource().isInBytes() && max > 2 * FEW && max - used <= FEW;
    }

    /** How much of it is in use, 1 for all; 0 if that is not stated, or can't be. */
    double share() {
        if (isUnlimited() || isExceeded()) {
            return 0;
        }
        return use.map(one -> max <= 0 ? Math.min(1, one.amount) : (double) one.amount / max)
                .orElse(0.0);
    }
}
