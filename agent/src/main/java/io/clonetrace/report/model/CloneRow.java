package io.clonetrace.report.model;

import io.clonetrace.clone.CloneCall;
import java.util.HashMap;
import java.util.Map;

/** Clone calls of one owner that were made in the same way: how many, and on stacks of which size. */
public final class CloneRow {
    /** More different sizes than this are only counted. */
    private static final int MOST_SIZES = 1_000;

    private final CloneWay way;
    private final Map<Long, Long> stackSizes = new HashMap<>();
    private long count;

    CloneRow(CloneWay way) {
        this.way = way;
    }

    void add(long stackSize) {
        count++;
        addSize(stackSize, 1);
    }

    void add(CloneRow other) {
        count += other.count;
        other.stackSizes.forEach(this::addSize);
    }

    private void addSize(long stackSize, long calls) {
        if (stackSizes.size() < MOST_SIZES || stackSizes.containsKey(stackSize)) {
            stackSizes.merge(stackSize, calls, Long::sum);
        }
    }

    public CloneWay way() {
        return way;
    }

    public long count() {
        return count;
    }

    /** The size in bytes that most of the calls passed; {@link CloneCall#UNKNOWN} if none passed one. */
    public long usualStackSize() {
        return stackSizes.entrySet().stream()
                .max(Map.Entry.<Long, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse((long) CloneCall.UNKNOWN);
    }

    /** Whether all calls passed the same size. */
    public boolean oneStackSize() {
        return stackSizes.size() <= 1;
    }
}
