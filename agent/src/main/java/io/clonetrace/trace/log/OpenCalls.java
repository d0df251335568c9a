package io.clonetrace.trace.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Calls that have begun, one a task; bounded, the oldest is dropped. */
final class OpenCalls<C> {
    private static final int MOST = 65_536;

    private final Map<Integer, C> byTid = new LinkedHashMap<>();
    private long dropped;

    /** A call of that task has begun; one before it never ended. */
    void begin(int tid, C call) {
        dropped += byTid.remove(tid) == null ? 0 : 1;
        byTid.put(tid, call);
        if (byTid.size() > MOST) {
            byTid.remove(byTid.keySet().iterator().next());
            dropped++;
        }
    }

    /** The task's call, which remains. */
    Optional<C> get(int tid) {
        return Optional.ofNullable(byTid.get(tid));
    }

    /** The task's call has ended. */
    Optional<C> end(int tid) {
        return Optional.ofNullable(byTid.remove(tid));
    }

    Iterable<C> all() {
        return byTid.values();
    }

    void clear() {
        byTid.clear();
    }

    /** How many never ended. */
    long unended() {
        return dropped + byTid.size();
    }
}
