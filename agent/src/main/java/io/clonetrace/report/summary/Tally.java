package io.clonetrace.report.summary;

import io.clonetrace.report.model.Coverage;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
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
 * @param peak the most that lived at a time
 * @param growth by how many the living ones became more since the recording began; empty if not recorded
 * @param reserved address space of the living ones' stacks, in bytes
 * @param touched memory that these hold, in bytes
 * @param atLeast which of these are lower bounds
 */
public record Tally(
        long created,
        long before,
        long alive,
        long peak,
        OptionalLong growth,
        long reserved,
        long touched,
        AtLeast atLeast) {

    /** Of threads of which each is known, such as those that one piece of code made. */
    public static Tally of(List<ThreadRow> rows) {
        return of(rows, Coverage.FULL);
    }

    /**
     * Of the threads of one JVM; of several, the peak is that of all together, as their clocks have it.
     *
     * @param coverage whether there may be more of them
     */
    public static Tally of(List<ThreadRow> rows, Coverage coverage) {
        long created = 0;
        long before = 0;
        boolean lived = false;
        boolean anyUnknown = false;
        boolean anyEndUnknown = false;
        List<ThreadRow> alive = new ArrayList<>();
        for (ThreadRow row : rows) {
            created += row.isCreated() ? 1 : 0;
            before += row.isBefore() ? 1 : 0;
            lived |= row.life() != Liveness.NOT_RECORDED;
            anyUnknown |= row.life() == Liveness.NOT_RECORDED;
            if (row.life() == Liveness.ALIVE) {
                alive.add(row);
            } else {
                anyEndUnknown |= row.ended() <= 0;
            }
        }
        boolean more = !coverage.all() || coverage.lost();
        AtLeast atLeast =
                new AtLeast(!coverage.starts() || coverage.lost(), more, more || anyUnknown, more || anyEndUnknown);
        boolean changes = coverage.starts() && (coverage.all() || coverage.ends()) && !coverage.lost();
        long live = lived ? known(alive.size(), atLeast.alive()) : Event.ABSENT;
        return new Tally(
                known(created, atLeast.created()),
                known(before, atLeast.before()),
                live,
                // A thread whose start is not known would count from the beginning.
                lived && coverage.starts() ? known(peak(rows), atLeast.peak()) : Event.ABSENT,
                lived && changes ? OptionalLong.of(alive.size() - before) : OptionalLong.empty(),
                live < 0 ? Event.ABSENT : sum(alive, ThreadRow::reserved),
                live < 0
                        ? Event.ABSENT
                        : sum(alive, row -> row.stack().map(StackUse::touched).orElse(Event.ABSENT)),
                atLeast);
    }

    /** That there were none or more says nothing. */
    private static long known(long count, boolean atLeast) {
        return count == 0 && atLeast ? Event.ABSENT : count;
    }

    /** Each thread counts while it is known to have lived. */
    private static long peak(List<ThreadRow> all) {
        long[] starts = new long[all.size()];
        long[] ends = new long[all.size()];
        int known = 0;
        for (ThreadRow row : all) {
            if (row.isBefore() || row.started() >= 0 || row.ended() > 0 || row.seen() > 0) {
                starts[known] = start(row);
                ends[known++] = end(row);
            }
        }
        Arrays.sort(starts, 0, known);
        Arrays.sort(ends, 0, known);
        long peak = 0;
        int ended = 0;
        for (int started = 0; started < known; started++) {
            while (ended < known && ends[ended] <= starts[started]) {
                ended++;
            }
            peak = Math.max(peak, started + 1 - ended);
        }
        return peak;
    }

    /** One that lived before lived from the beginning. If nothing is known of its start, it lived when it was seen. */
    private static long start(ThreadRow row) {
        if (row.started() >= 0 || row.isBefore()) {
            return row.started();
        }
        return row.seen() > 0 ? Math.min(row.seen(), end(row) - 1) : end(row) - 1;
    }

    /** Where its end is not known, it lived at least until it was last seen. */
    private static long end(ThreadRow row) {
        if (row.life() == Liveness.ALIVE) {
            return Long.MAX_VALUE;
        }
        return row.ended() > 0 ? row.ended() : Math.max(row.started(), row.seen()) + 1;
    }

    private static long sum(List<ThreadRow> rows, ToLongFunction<ThreadRow> size) {
        long[] known = rows.stream().mapToLong(size).filter(bytes -> bytes >= 0).toArray();
        return known.length == 0 && !rows.isEmpty()
                ? Event.ABSENT
                : Arrays.stream(known).sum();
    }
}
