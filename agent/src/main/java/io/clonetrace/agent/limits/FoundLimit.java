package io.clonetrace.agent.limits;

import io.clonetrace.limit.ThreadLimit;

/**
 * Why a thread could not be made, as far as the limits tell.
 *
 * @param limit the limit that was hit; null if none is known to be
 * @param reached whether not one thread more fitted when it was read; otherwise another thread has ended meanwhile
 * @param location where it was read, or why there is none
 */
public record FoundLimit(ThreadLimit limit, boolean reached, String location) {
    public static FoundLimit none(String why) {
        return new FoundLimit(null, false, why);
    }

    /** The finding in words, and what to do about it. */
    public String words() {
        if (limit == null) {
            return location;
        }
        return limit.name() + (reached ? " is reached: " : " is the nearest limit: ") + limit.used() + " of "
                + limit.max() + ", " + location + "; " + limit.advice() + ", or start fewer threads";
    }
}
