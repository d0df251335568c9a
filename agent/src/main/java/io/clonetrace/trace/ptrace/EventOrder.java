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
 * Puts a task's end after the clone that made it. The kernel lets a new task run before its creator stops to report it,
 * so the tracer may see the end of a short-lived thread first.
 */
final class EventOrder {
    private final Consumer<TaskEvent> events;
    private final BitSet traced = new BitSet();
    private final Map<Integer, Ended> waiting = new LinkedHashMap<>();

    EventOrder(Consumer<TaskEvent> events) {
        this.events = events;
    }

    /** Registers a traced task whose creation will not be reported. */
    void begun(int tid) {
        traced.set(tid);
    }

    /** Whether the task is known to be traced; it is not until its creator has reported it. */
    boolean isTraced(int tid) {
        return traced.get(tid);
    }

    /** @param followed whether the new task is traced too, so that its end will be reported */
    void cloned(Cloned cloned, boolean followed) {
        events.accept(cloned);
        if (followed) {
            told(cloned.call().childTid());
        }
    }

    /** The creation of a traced task can't be reported. */
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
     * All other threads were killed; if one of them was making a task at that moment, that task will never be reported.
     */
    void superseded(Superseded superseded) {
        release();
        traced.clear(superseded.by());
        traced.set(superseded.tid());
        events.accept(superseded);
    }

    /** Emits the ends that still wait: no more events will arrive. */
    void release() {
        waiting.values().forEach(events);
        waiting.clear();
    }
}
