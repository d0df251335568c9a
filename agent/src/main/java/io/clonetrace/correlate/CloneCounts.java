package io.clonetrace.correlate;

import io.clonetrace.clone.TaskKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** How many tasks of each kind were made since the agent came, and calls that made none. May be read by any thread. */
public final class CloneCounts {
    private static final TaskKind[] KINDS = TaskKind.values();

    /** One a kind; then those whose kind could not be observed; then the refused. */
    private final AtomicLongArray counts = new AtomicLongArray(KINDS.length + 2);

    void add(TaskKind kind) {
        counts.incrementAndGet(kind == null ? KINDS.length : kind.ordinal());
    }

    void addRefused() {
        counts.incrementAndGet(KINDS.length + 1);
    }

    /** By the kinds' labels, and {@code unknown}. */
    public Map<String, Long> byKind() {
        Map<String, Long> byKind = new LinkedHashMap<>();
        for (TaskKind kind : KINDS) {
            byKind.put(kind.label(), counts.get(kind.ordinal()));
        }
        byKind.put("unknown", counts.get(KINDS.length));
        return byKind;
    }

    /** Calls that the kernel refused, as far as the source sees such. */
    public long refused() {
        return counts.get(KINDS.length + 1);
    }
}
