package io.clonetrace.explain.evidence;

/**
 * A limit's value.
 *
 * @param soft the one that applies, in bytes or a count; {@link #UNLIMITED} for none
 * @param hard up to where the soft one may be raised; {@link Document#UNKNOWN} if not stated
 */
public record SeenLimit(LimitName name, long soft, long hard, Place place) {
    /** No limit: {@code unlimited}, {@code infinity}, {@code max}. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** A limit that has no hard value. */
    public SeenLimit(LimitName name, long value, Place place) {
        this(name, value, Document.UNKNOWN, place);
    }

    public boolean isUnlimited() {
        return soft == UNLIMITED;
    }
}
