package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import java.util.Optional;

/** Finds out who made a thread that Java code did not start. */
@FunctionalInterface
public interface ThreadOrigin {
    /** Whether HotSpot made the thread, and not other native code; empty if that is not, or no longer, observable. */
    Optional<Boolean> madeByHotSpot(CloneCall call);

    /**
     * Whether HotSpot starts its threads in the function at an address.
     *
     * @return empty if it is not known where HotSpot starts them
     */
    default Optional<Boolean> isHotSpots(long startRoutine) {
        return Optional.empty();
    }
}
