package io.clonetrace.report.finding;

import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.ThreadRow;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Counts threads by what their stack traces show. */
final class TraceCounts {
    private final Predicate<StackTrace> shown;
    /** Equal traces of a JVM are one object, and there are few. */
    private final Map<StackTrace, Boolean> known = new IdentityHashMap<>();

    private StackTrace last;
    private boolean lastShown;
    private long count;

    private TraceCounts(Predicate<StackTrace> shown) {
        this.shown = shown;
    }

    /** How many of these were started with such a trace; those without one are not. */
    static long of(List<ThreadRow> rows, Predicate<StackTrace> shown) {
        TraceCounts counts = new TraceCounts(shown);
        for (ThreadRow row : rows) {
            counts.add(row);
        }
        return counts.count;
    }

    private void add(ThreadRow row) {
        StackTrace trace = row.trace().orElse(null);
        if (trace != null && trace != last) {
            lastShown = known.computeIfAbsent(trace, shown::test);
            last = trace;
        }
        count += trace != null && lastShown ? 1 : 0;
    }
}
