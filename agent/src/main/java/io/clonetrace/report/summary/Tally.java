package io.clonetrace.report.summary;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * How many threads there were of some, and what their stacks take. {@link Event#ABSENT} for what was not recorded.
 *
 * @param created made while it was recorded
 * @param before those that lived before
 * @param alive those that lived at the end
 * @param peak the most that lived at a time, or at least so many
 * @param reserved address space of the living ones' stacks, in bytes
 * @param touched memory that these hold, in bytes
 */
public record Tally(long created, long before, long alive, long peak, long reserved, long touched) {

    /** Of the threads of one JVM; of several, the peak is that of all together, as their clocks have it. */
    public static Tally of(List<ThreadRow> rows) {
        long created = rows.stream().filter(row -> row.started() >= 0).count();
        boolean recorded = rows.stream().anyMatch(row -> row.life() != Liveness.NOT_RECORDED);
        List<ThreadRow> alive =
                rows.stream().filter(row -> row.life() == Liveness.ALIVE).toList();
        return new Tally(
                created,
                rows.size() - created,
                recorded ? alive.size() : Event.ABSENT,
                recorded ? peak(rows) : Event.ABSENT,
                sum(alive, ThreadRow::reserved),
                sum(alive, row -> row.stack().map(StackUse::touched).orElse(Event.ABSENT)));
    }

    /** By how many the living ones became more since the recording began; empty if not recorded. */
    public OptionalLong growth() {
        return alive < 0 ? OptionalLong.empty() : OptionalLong.of(alive - before);
    }

    private static long peak(List<ThreadRow> rows) {
        long[] starts = rows.stream().mapToLong(ThreadRow::started).sorted().toArray();
        long[] ends = rows.stream().mapToLong(Tally::end).toArray();
        Arrays.sort(ends);
        long peak = 0;
        int ended = 0;
        for (int started = 0; started < starts.length; started++) {
            while (ended < ends.length && ends[ended] <= starts[started]) {
                ended++;
            }
            peak = Math.max(peak, started + 1 - ended);
        }
        return peak;
    }

    /** Where only that it ended is known, it lived at least until it was last seen. */
    private static long end(ThreadRow row) {
        if (row.life() != Liveness.ENDED) {
            return Long.MAX_VALUE;
        }
        return row.ended() > 0
                ? row.ended()
                : Math.max(row.started(), row.stack().map(StackUse::at).orElse(row.started())) + 1;
    }

    private static long sum(List<ThreadRow> rows, ToLongFunction<ThreadRow> size) {
        long[] known = rows.stream().mapToLong(size).filter(bytes -> bytes >= 0).toArray();
        return known.length == 0 && !rows.isEmpty()
                ? Event.ABSENT
                : Arrays.stream(known).sum();
    }
}
