package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Calls of tasks that are not known to be this process's. A tracer may show the clone that a short-lived thread makes
 * before the one that made this thread: the call is held until then, or for a moment. Confined to the agent's own
 * thread.
 */
final class EarlyCalls {
    static final int MOST = 16_384;
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** By the caller, the one that waits longest first. */
    private final Map<Integer, Calls> callers = new LinkedHashMap<>();

    private final Map<Integer, Early> byChild = new HashMap<>();
    private int size;
    private long foreign;

    /** A call, and whether the task that it made has ended since. */
    static final class Early {
        private final CloneCall call;
        private boolean ended;

        private Early(CloneCall call) {
            this.call = call;
        }

        CloneCall call() {
            return call;
        }

        boolean ended() {
            return ended;
        }
    }

    private record Calls(long since, List<Early> all) {}

    /** Holds a call; if there are too many, gives up the oldest. */
    void hold(CloneCall call, long now) {
        Early early = new Early(call);
        callers.computeIfAbsent(call.parentTid(), tid -> new Calls(now, new ArrayList<>(1)))
                .all()
                .add(early);
        if (!call.failed()) {
            byChild.put(call.childTid(), early);
        }
        size++;
        while (size > MOST) {
            giveUp(callers.keySet().iterator().next());
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Takes out the calls of a task, in their order: it is one of this process's. */
    List<Early> take(int tid) {
        Calls calls = callers.remove(tid);
        if (calls == null) {
            return List.of();
        }
        size -= calls.all().size();
        calls.all().forEach(early -> byChild.remove(early.call().childTid(), early));
        return calls.all();
    }

    /** A task ended. If its own creation has not been held, it will not come any more. */
    void ended(int tid) {
        Early creation = byChild.remove(tid);
        if (creation == null) {
            giveUp(tid);
        } else {
            creation.ended = true;
        }
    }

    /** Gives up the calls that have waited too long. */
    void giveUpOld(long now) {
        while (size > 0) {
            Map.Entry<Integer, Calls> oldest = callers.entrySet().iterator().next();
            if (now - oldest.getValue().since() < LONGEST_NANOS) {
                return;
            }
            giveUp(oldest.getKey());
        }
    }

    /** Gives up all. */
    void giveUpAll() {
        foreign += size;
        size = 0;
        callers.clear();
        byChild.clear();
    }

    /** How many calls were given up: other processes'. */
    long foreign() {
        return foreign;
    }

    private void giveUp(int tid) {
        foreign += take(tid).size();
    }
}
