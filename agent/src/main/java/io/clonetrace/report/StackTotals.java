package io.clonetrace.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import jdk.jfr.consumer.RecordedEvent;

/** The latest snapshot of all stacks, summed by kind of thread. */
final class StackTotals {
    private final Map<Integer, Stack> latest = new LinkedHashMap<>();
    private Instant moment = Instant.MIN;

    private record Stack(String kind, Instant at, long reserved, long touched) {}

    /**
     * The stacks of one kind.
     *
     * @param unmeasured threads whose stack could not be measured, and that the sums leave out
     */
    record Total(String kind, int threads, long reserved, long touched, int unmeasured) {}

    void add(RecordedEvent event) {
        String kind = event.getString("kind");
        Stack stack = new Stack(
                kind == null ? RecordingSummary.UNKNOWN_KIND : kind,
                event.getStartTime(),
                event.getLong("reserved"),
                event.getLong("touched"));
        latest.merge(event.getInt("tid"), stack, (one, other) -> one.at.isAfter(other.at) ? one : other);
        if (event.getString("moment").equals("end") && stack.at.isAfter(moment)) {
            moment = stack.at;
        }
    }

    /** One total a kind; threads that no longer lived at the last snapshot are left out. */
    List<Total> totals() {
        Map<String, List<Stack>> byKind = new TreeMap<>();
        for (Stack stack : latest.values()) {
            // The events of one snapshot are committed within one moment; an older one's thread has ended since.
            if (!stack.at.isBefore(moment.equals(Instant.MIN) ? stack.at : moment.minusSeconds(1))) {
                byKind.computeIfAbsent(stack.kind, kind -> new ArrayList<>()).add(stack);
            }
        }
        List<Total> totals = new ArrayList<>();
        byKind.forEach((kind, stacks) -> totals.add(
                new Total(kind, stacks.size(), sum(stacks, Stack::reserved), sum(stacks, Stack::touched), (int)
                        stacks.stream().filter(stack -> stack.touched < 0).count())));
        return totals;
    }

    private static long sum(List<Stack> stacks, ToLongFunction<Stack> size) {
        return stacks.stream().mapToLong(size).filter(bytes -> bytes >= 0).sum();
    }
}
