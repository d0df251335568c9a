package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Puts the exit of a short-lived task after its clone. strace prints a clone's result when the <em>parent</em> returns
 * from the call, and by then the child may have run and ended: with vfork nearly always, with threads on a busy
 * machine. So the exit of a task whose creation was not seen waits as long as a pending call may have made it.
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
     * The task has ended.
     *
     * @param callsPending whether a call that may have made the task has not returned yet
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

    /** No call is pending any more: the tasks that still wait were made before the trace began. */
    void release() {
        if (waiting.isEmpty()) {
            return;
        }
        for (int tid : waiting) {
            sink.exited(tid);
        }
        // Not clear(): once the table has grown, clear() would walk all of it for every single exit.
        waiting = new LinkedHashSet<>();
    }
}
