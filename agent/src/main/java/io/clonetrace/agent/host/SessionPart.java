package io.clonetrace.agent.host;

import io.clonetrace.agent.PollInterval;
import io.clonetrace.agent.SessionParts;

/**
 * A part of the agent that the session's one thread drives while the agent is on; all of them are made in
 * {@link SessionParts}. What a part throws is counted as suppressed, and the others go on.
 */
public interface SessionPart {
    /** Does what is due: called five to fifty times a second, as {@link PollInterval} says. Must not wait. */
    default void tick() {}

    /**
     * A recording ends, or a piece of it, or the observation itself: what is committed now is still in it. Called after
     * the clones and the states of the sources were committed.
     *
     * @param last whether nothing comes after it
     */
    default void recordingEnds(boolean last) {}

    /** The agent goes off: gives back what the part holds. Called once, the last of all. */
    default void close() {}
}
