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
        Counter counter = new Counter(rows.size());
        for (ThreadRow row : rows) {
            counter.add(row);
        }
        return counter.tally(coverage);
    }

    /** Counts threads. */
    private static final class Counter {
        private final long[] starts;
        private final long[] ends;
        private int known;
        private long created;
        private long before;
        private boolean anyUnknown;
        private boolean anyEndUnknown;
        private boolean lived;
        private final List<ThreadRow> alive = new ArrayList<>();

        Counter(int threads) {
            starts = new long[threads];
            ends = new long[threads];
        }

        void add(ThreadRow row) {
            created += row.isCreated() ? 1 : 0;
            before += row.isBefore() ? 1 : 0;
            Liveness life = row.life();
            lived |= life != Liveness.NOT_RECORDED;
            anyUnknown |= life == Liveness.NOT_RECORDED;
            if (life == Liveness.ALIVE) {
                alive.add(row);
            } else {
                anyEndUnknown |= row.ended() <= 0;
            }
            if (row.isBefore() || row.started() >= 0 || row.ended() > 0 || row.seen() > 0) {
                starts[known] = start(row);
                ends[known++] = end(row);
            }
        }

        Tally tally(Coverage coverage) {
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
                    lived && coverage.starts() ? known(peak(), atLeast.peak()) : Event.ABSENT,
                    lived && changes ? OptionalLong.of(alive.size() - before) : OptionalLong.empty(),
                    live < 0 ? Event.ABSENT : sum(alive, ThreadRow::reserved),
                    live < 0
                            ? Event.ABSENT
                            : sum(
                                    alive,
                                    row -> row.stack().map(StackUse::touched).orElse(Event.ABSENT)),
                    atLeast);
        }

        /** Each thread counts while it is known to have lived. */
        private long peak() {
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
    }

    /** That there were none or more says nothing. */
    private static long known(long count, boolean atLeast) {
        return count == 0 && atLeast ? Event.ABSENT : count;
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
