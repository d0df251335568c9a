package io.clonetrace.trace;

import io.clonetrace.unwind.OriginResolver;

/**
 * For which tasks a source captures the creator's native stack, and who unwinds it.
 *
 * @param mode which tasks
 * @param resolver takes the copies
 */
public record StackCapture(Mode mode, OriginResolver resolver) {
    /** No stacks are captured. */
    public static final StackCapture OFF = new StackCapture(Mode.OFF, null);

    /** Which tasks. */
    public enum Mode {
        /** None. */
        OFF,
        /** Threads that HotSpot did not make. */
        NATIVE,
        /** All threads and processes. */
        ALL
    }
}
