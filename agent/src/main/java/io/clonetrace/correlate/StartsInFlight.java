package io.clonetrace.correlate;

/** The calls of Thread.start that have begun and whose {@link JavaThread} has not yet been handed over. */
@FunctionalInterface
public interface StartsInFlight {
    /** Whether the task {@code tid} is inside Thread.start at this moment, as far as can be told. */
    boolean by(int tid);
}
