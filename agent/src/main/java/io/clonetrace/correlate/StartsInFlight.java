package io.clonetrace.correlate;

/** The calls of Thread.start that have begun and whose {@link JavaThread} has not yet been handed over. */
@FunctionalInterface
public interface StartsInFlight {
    /**
     * Whether the task {@code tid} is, as far as can be known, inside a Thread.start that it entered before a moment.
     *
     * @param moment System.nanoTime
     */
    boolean isStarting(int tid, long moment);

    /** Whether threads may start without being handed over. */
    default boolean mayMissStarts() {
        return false;
    }
}
