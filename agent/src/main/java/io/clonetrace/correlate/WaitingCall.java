package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.util.Optional;

/**
 * A kernel record whose Java thread, if it has one, is not known yet. A class, not a record: two equal calls are still
 * two.
 */
final class WaitingCall {
    private final CloneCall call;
    private final long arrived;
    private final ProcessTasks.Task parent;
    private Optional<Boolean> origin = Optional.empty();
    private boolean ended;

    /**
     * @param arrived System.nanoTime when the record arrived
     * @param parent the caller as known at that moment, or null
     */
    WaitingCall(CloneCall call, long arrived, ProcessTasks.Task parent) {
        this.call = call;
        this.arrived = arrived;
        this.parent = parent;
    }

    CloneCall call() {
        return call;
    }

    long arrived() {
        return arrived;
    }

    ProcessTasks.Task parent() {
        return parent;
    }

    boolean calledBy(TaskKind kind) {
        return parent != null && parent.kind() == kind;
    }

    /** Whether HotSpot made the thread, as read when the record arrived: a short thread is gone later. */
    Optional<Boolean> origin() {
        return origin;
    }

    void origin(Optional<Boolean> madeByHotSpot) {
        origin = madeByHotSpot;
    }

    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }
}
