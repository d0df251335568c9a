package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Puts the exit of a short-lived task behind its clone. strace prints a clone's result when the <em>parent</em> returns
 * from the call, and by then the child may have run and gone: with vfork nearly always, with threads on a busy machine.
 * So the exit of a task that nobody saw made waits as long as there is a call that may have made it.
 */
final class TaskOrder {
    private static final int MOST_WAITING = 65_536;

    private final CloneSink sink;
    private final BitSet alive = new BitSet();
    private Set<Integer> waiting = new LinkedHashSet<>();

    TaskOrder(CloneSink sink) {
        this.sink = sink;
    }

    void cloned(CloneCall call) {
        sink.cloned(call);
        if (call.failed()) {
            return;
        }
        if (waiting.remove(call.childTid())) {
            sink.exited(call.childTid());
        } else {
            alive.set(call.childTid());
        }
    }

    /**
     * The task is gone.
     *
     * @param callsPending whether a call that may have made it has not returned yet
     */
    void exited(int tid, boolean callsPending) {
        if (alive.get(tid) || !callsPending) {
            alive.clear(tid);
            sink.exited(tid);
        } else if (waiting.size() < MOST_WAITING) {
            waiting.add(tid);
        } else {
            sink.exited(tid);
        }
    }

    /** No call is pending any more: whoever waits was made before the trace began. */
    void release() {
        if (waiting.isEmpty()) {
            return;
        }
        for (int tid : waiting) {
            sink.exited(tid);
        }
        // Not clear(): once the table has been large, it would go through all of it for each single exit.
        waiting = new LinkedHashSet<>();
    }
}
