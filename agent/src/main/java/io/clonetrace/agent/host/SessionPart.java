package io.clonetrace.agent.host;

/**
 * A part of the agent that the session's thread drives while the agent is on. If a part throws, that is counted, and
 * the others run all the same.
 */
public interface SessionPart {
    /** Does what is due: called once to fifty times a second. Must not wait. */
    default void tick() {}

    /** Runs what {@link #measure} will run, for nothing, so that its code is loaded: the session is about to wait. */
    default void rehearse() {}

    /**
     * For how many nanoseconds the next {@link #tick} may be put off. The session never puts it off for more than a
     * second.
     */
    default long restNanos() {
        return Long.MAX_VALUE;
    }

    /**
     * Measures what belongs into a recording that ends, before {@link #recordingEnds}, which commits what depends on
     * the clones. When the JVM ends, as soon as that begins, and not again if the recording ends at once.
     */
    default void measure() {}

    /** Whether {@link #measure} takes so long that the clones have to be committed first. */
    default boolean measuresLong() {
        return false;
    }

    /**
     * A recording ends, or a chunk of it, or the session: what is committed now is still recorded. Called after the
     * clones and the status of the sources were committed.
     *
     * @param last whether nothing will be committed later
     */
    default void recordingEnds(boolean last) {}

    /** Releases what the part holds: the session ends. Called once, last. */
    default void close() {}
}
