package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import java.util.Optional;

/** Tells who made a thread that Java code did not start. */
@FunctionalInterface
public interface ThreadOrigin {
    /** Whether HotSpot made the thread (and not other native code); empty if that can't be observed, or no more. */
    Optional<Boolean> madeByHotSpot(CloneCall call);
}
