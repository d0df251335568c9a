package io.clonetrace.trace.ptrace;

import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.TaskEvent.Cloned;
import io.clonetrace.trace.wire.TaskEvent.Ended;
import io.clonetrace.trace.wire.TaskEvent.Superseded;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts a task's clones and its end after the clone that made it. The kernel lets a new task run before its creator
 * stops to report it, so the tracer may see the clones and the end of a short-lived thread first.
 */
final class EventOrder {
    private final Consumer<TaskEvent> events;
    private final BitSet traced = new BitSet();

    /** By the task that is not known yet, in the order in which they were seen. */
    private final Map<Integer, List<Waiting>> waiting = new LinkedHashMap<>();

    /**
     * What a task did or became.
     *
     * @param followed of a clone, as for {@link #cloned}
     */
    private record Waiting(TaskEvent event, boolean followed) {}

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
        if (!traced.get(cloned.call().parentTid())) {
            await(cloned.call().parentTid(), new Waiting(cloned, followed));
            return;
        }
        events.accept(cloned);
        if (followed) {
            told(cloned.call().childTid());
        }
    }

    /** The creation of a traced task can't be reported. */
    void told(int tid) {
        traced.set(tid);
        List<Waiting> own = waiting.remove(tid);
        if (own == null) {
            return;
        }
        for (Waiting next : own) {
            if (next.event() instanceof Cloned cloned) {
                cloned(cloned, next.followed());
            } else {
                ended((Ended) next.event());
            }
        }
    }

    void ended(Ended ended) {
        if (traced.get(ended.tid())) {
            traced.clear(ended.tid());
            events.accept(ended);
        } else {
            await(ended.tid(), new Waiting(ended, false));
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

    /** Emits what still waits: no more events will arrive. */
    void release() {
        waiting.values().forEach(own -> own.forEach(next -> events.accept(next.event())));
        waiting.clear();
    }

    private void await(int tid, Waiting event) {
        waiting.computeIfAbsent(tid, task -> new ArrayList<>(1)).add(event);
    }
}
