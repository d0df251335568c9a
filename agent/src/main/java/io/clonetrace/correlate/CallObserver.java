package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.util.Optional;

/**
 * Sees each successful clone call of this process before its kind is decided, in the kernel's order. Called by the
 * agent's own thread.
 */
@FunctionalInterface
public interface CallObserver {
    /**
     * Takes in a call.
     *
     * @return the kind of the new task if the observer had the call made itself; otherwise empty
     */
    Optional<TaskKind> observe(CloneCall call);
}
