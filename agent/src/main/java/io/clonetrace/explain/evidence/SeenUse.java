package io.clonetrace.explain.evidence;

/**
 * How much of something is in use.
 *
 * @param amount bytes or a count, as {@link Resource#isInBytes} says
 * @param atLeast whether it may be more, as where the list that was counted is cut off
 * @param peak whether it is the highest that was reached, and not the amount now
 */
public record SeenUse(Resource resource, long amount, boolean atLeast, boolean peak, Place place) {
    /** An exact amount, now. */
    public SeenUse(Resource resource, long amount, Place place) {
        this(resource, amount, false, false, place);
    }
}
