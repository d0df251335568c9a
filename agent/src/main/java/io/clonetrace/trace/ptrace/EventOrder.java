package io.clonetrace.trace.ptrace;

import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.TaskEvent.Cloned;
import io.clonetrace.trace.wire.TaskEvent.Ended;
import io.clonetrace.trace.wire.TaskEvent.Superseded;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts a task's end behind the clone that made it. The kernel lets a new task run before its creator stops to tell of
 * it, so that the tracer may see a short thread's end first.
 */
final class EventOrder {
    private final Consumer<TaskEvent> events;
    private final BitSet traced = new BitSet();
    private final Map<Integer, Ended> waiting = new LinkedHashMap<>();

    EventOrder(Consumer<TaskEvent> events) {
        this.events = events;
    }

    /** A task is traced that nobody will tell the making of. */
    void begun(int tid) {
        traced.set(tid);
    }

    /** Whether the task is traced, as far as is known: one whose creator has not told of it yet isn't. */
    boolean isTraced(int tid) {
        return traced.get(tid);
    }

    /** @param followed whether the new task is traced too, so that its end will be seen */
    void cloned(Cloned cloned, boolean followed) {
        events.accept(cloned);
        if (followed) {
            told(cloned.call().childTid());
        }
    }

    /** The making of a traced task can't be told. */
    void told(int tid) {
        Ended ended = waiting.remove(tid);
        if (ended == null) {
            traced.set(tid);
        } else {
            events.accept(ended);
        }
    }

    void ended(Ended ended) {
        if (traced.get(ended.tid())) {
            traced.clear(ended.tid());
            events.accept(ended);
        } else {
            waiting.put(ended.tid(), ended);
        }
    }

    /**
     * All other threads were killed, and if one of them was making a task at that moment, nobody tells of it any more.
     */
    void superseded(Superseded superseded) {
        release();
        traced.clear(superseded.by());
        traced.set(superseded.tid());
        events.accept(superseded);
    }

    /** Nothing more will be told. */
    void release() {
        waiting.values().forEach(events);
        waiting.clear();
    }
}
