package io.clonetrace.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import jdk.jfr.consumer.RecordedEvent;

/**
 * The latest snapshot of all stacks, summed by kind of thread, and what threads measured of themselves as they ended.
 */
final class StackTotals {
    private final Map<Integer, Stack> latest = new LinkedHashMap<>();
    private final Map<Integer, Instant> ends = new HashMap<>();
    private Instant snapshot = Instant.MIN;
    private Instant rssAt = Instant.MIN;
    private long rss = -1;
    private int ended;
    private long highestPeak = -1;

    private record Stack(String kind, Instant at, long reserved, long touched, long huge) {}

    /**
     * The stacks of one kind.
     *
     * @param unmeasured threads whose stack could not be measured, and that the sums leave out
     */
    record Total(String kind, int threads, long reserved, long touched, long huge, int unmeasured) {}

    void add(RecordedEvent event) {
        String kind = event.getString("kind");
        Stack stack = new Stack(
                kind == null ? RecordingSummary.UNKNOWN_KIND : kind,
                event.getStartTime(),
                event.getLong("reserved"),
                event.getLong("touched"),
                event.getLong("huge"));
        int tid = event.getInt("tid");
        if ("end".equals(event.getString("moment"))) {
            ended++;
            highestPeak = Math.max(highestPeak, stack.touched);
            ends.merge(tid, stack.at, (one, other) -> one.isAfter(other) ? one : other);
            return;
        }
        latest.merge(tid, stack, (one, other) -> one.at.isAfter(other.at) ? one : other);
        if (stack.at.isAfter(snapshot)) {
            snapshot = stack.at;
        }
    }

    /** Takes in a jdk.ResidentSetSize, which JFR has since JDK 21. */
    void addRss(Instant at, long bytes) {
        if (at.isAfter(rssAt)) {
            rssAt = at;
            rss = bytes;
        }
    }

    /** The process's resident bytes, as JFR last recorded them; -1 if it did not. */
    long rss() {
        return rss;
    }

    /** How many threads measured themselves at their end. */
    int ended() {
        return ended;
    }

    /** The most that one of those touched, in bytes; -1 if none was measured. */
    long highestPeak() {
        return highestPeak;
    }

    /** One total a kind; threads that no longer lived at the last snapshot are left out. */
    List<Total> totals() {
        Map<String, List<Stack>> byKind = new TreeMap<>();
        latest.forEach((tid, stack) -> {
            Instant end = ends.get(tid);
            // The events of one snapshot are committed within one moment; an older one's thread has ended since.
            if (!stack.at.isBefore(snapshot.minusSeconds(1)) && (end == null || end.isBefore(stack.at))) {
                byKind.computeIfAbsent(stack.kind, kind -> new ArrayList<>()).add(stack);
            }
        });
        List<Total> totals = new ArrayList<>();
        byKind.forEach((kind, stacks) -> totals.add(new Total(
                kind,
                stacks.size(),
                sum(stacks, Stack::reserved),
                sum(stacks, Stack::touched),
                sum(stacks, Stack::huge),
                (int) stacks.stream().filter(stack -> stack.touched < 0).count())));
        return totals;
    }

    private static long sum(List<Stack> stacks, ToLongFunction<Stack> size) {
        return stacks.stream().mapToLong(size).filter(bytes -> bytes >= 0).sum();
    }
}
