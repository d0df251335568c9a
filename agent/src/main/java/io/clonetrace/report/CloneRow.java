package io.clonetrace.report;

import io.clonetrace.clone.CloneCall;
import java.util.HashMap;
import java.util.Map;

/** Clone calls of one owner that were made in the same way: how many, and on stacks of which size. */
final class CloneRow {
    private final Way way;
    private final Map<Long, Integer> stackSizes = new HashMap<>();
    private long count;

    /**
     * How a task was made, and for whom.
     *
     * @param owner a kind of task, or a program's name
     * @param syscall the kernel's name of the call; null if not observed
     * @param flags the clone flags; {@link CloneCall#UNKNOWN} if not observed
     * @param error the errno's name if the kernel refused, or null
     */
    record Way(String owner, String syscall, long flags, String error) {}

    CloneRow(Way way) {
        this.way = way;
    }

    void add(long stackSize) {
        count++;
        stackSizes.merge(stackSize, 1, Integer::sum);
    }

    Way way() {
        return way;
    }

    long count() {
        return count;
    }

    /** The size in bytes that most of the calls passed; {@link CloneCall#UNKNOWN} if none passed one. */
    long usualStackSize() {
        return stackSizes.entrySet().stream()
                .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse((long) CloneCall.UNKNOWN);
    }

    /** Whether all calls passed the same size. */
    boolean oneStackSize() {
        return stackSizes.size() <= 1;
    }
}
