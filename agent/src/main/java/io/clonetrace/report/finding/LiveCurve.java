package io.clonetrace.report.finding;

import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Percentiles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How many threads of some lived at each time, from their starts and ends. A thread that lived before anything was
 * recorded started when the kernel says so; if that was not read, before all others.
 */
final class LiveCurve {
    /** What is over sooner is a burst and tells nothing about what comes. */
    private static final long SHORTEST_GROWTH = TimeUnit.SECONDS.toNanos(2);

    private static final int QUARTERS = 4;

    /** A quarter of even growth has two of these. */
    private static final int LEAST_OF_RISE = 8;

    /** So many suffixes of the starts are tried: a leak may begin late, on top of threads that were there. */
    private static final int ONSETS = 8;

    /** Fewer ends than one in so many threads say nothing about how long threads of this kind live. */
    private static final int ENDS_TELL = 10;

    private static final int LONG_LIFE = 95;
    private static final int SPREAD_PARTS = 5;

    private final long[] starts;
    private final long[] ends;
    private final long[] living;
    private final long[] lives;
    private final long from;
    private final long to;

    /**
     * A rise of the number of live threads that lasts until the end of the recording.
     *
     * @param from when it began, in nanoseconds since the epoch
     * @param seconds how long it lasts
     * @param rise by how many threads
     */
    record Growth(long from, double seconds, long rise) {
        double perSecond() {
            return rise / seconds;
        }
    }

    /**
     * Of these threads; those of which it is not known whether they lived at the end are left out.
     *
     * @param from when the recording began, in nanoseconds since the epoch
     * @param to when it ended
     */
    LiveCurve(List<ThreadRow> rows, long from, long to) {
        int alive = 0;
        int ended = 0;
        for (ThreadRow row : rows) {
            alive += row.life() == Liveness.ALIVE ? 1 : 0;
            ended += row.life() == Liveness.ENDED ? 1 : 0;
        }
        starts = new long[alive + ended];
        ends = new long[ended];
        living = new long[alive];
        lives = new long[ended];
        alive = 0;
        ended = 0;
        for (ThreadRow row : rows) {
            if (row.life() == Liveness.ALIVE) {
                starts[alive + ended] = started(row);
                living[alive++] = started(row);
            } else if (row.life() == Liveness.ENDED) {
                starts[alive + ended] = started(row);
                ends[ended] = ended(row);
                lives[ended++] = Math.max(0, ended(row) - started(row));
            }
        }
        Arrays.sort(starts);
        Arrays.sort(ends);
        Arrays.sort(living);
        this.from = from;
        this.to = to;
    }

    /** When it started, be it before the recording; 0 if not known. */
    static long started(ThreadRow row) {
        return Math.max(0, row.started() >= 0 ? row.started() : row.taskStarted());
    }

    /** If only that it ended is known, it lived until it was last seen, at least. */
    private static long ended(ThreadRow row) {
        return row.ended() > 0
                ? row.ended()
                : Math.max(started(row), row.stack().map(use -> use.at()).orElse(0L)) + 1;
    }

    int created() {
        return starts.length;
    }

    int alive() {
        return living.length;
    }

    /** How many of them lived at the end, 1 for all. */
    double shareAlive() {
        return starts.length == 0 ? 0 : (double) living.length / starts.length;
    }

    /** When the first of those that lived at the end was started; 0 if not known. */
    long first() {
        return living.length == 0 ? 0 : living[0];
    }

    /** When the last of those was started. */
    long last() {
        return living.length == 0 ? 0 : living[living.length - 1];
    }

    /** From the first to the last of those, in seconds. */
    double seconds() {
        return (last() - first()) / 1e9;
    }

    /** From the first start of all to the end of the recording, in seconds. */
    double secondsToTheEnd() {
        return starts.length == 0 ? 0 : (to - Math.max(starts[0], from)) / 1e9;
    }

    /** When the recording ended, in nanoseconds since the epoch. */
    long end() {
        return to;
    }

    /** How many lived at a time. */
    long at(long time) {
        return upTo(starts, time) - upTo(ends, time);
    }

    private static long upTo(long[] sorted, long time) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * The growth that goes on at the end, from its own beginning: by that many threads at least, over two seconds or
     * more, in each quarter of that time. It is none if it consists of threads that are no older than the usual ones
     * become: a level that is reached.
     */
    Optional<Growth> growth(int fewest) {
        for (int onset = 0; onset < ONSETS && living.length >= fewest; onset++) {
            long begin = living[living.length * onset / ONSETS];
            if (begin <= 0) {
                continue;
            }
            long base = at(begin - 1);
            long rise = at(to) - base;
            if (to - begin < SHORTEST_GROWTH || rise < fewest) {
                continue;
            }
            if (risesInEachQuarter(begin, rise) && isOfOldThreads(begin, rise)) {
                return Optional.of(new Growth(begin, (to - begin) / 1e9, rise));
            }
        }
        return growthOfOld(fewest);
    }

    /**
     * The growth of those that are far older than the ones that ended became, beside a level of others that come and
     * go: started in each quarter of the time in which they can have been.
     */
    private Optional<Growth> growthOfOld(int fewest) {
        if (lives.length * ENDS_TELL < starts.length || lives.length == 0) {
            return Optional.empty();
        }
        long until = to - new Percentiles(lives).at(LONG_LIFE) * 3 / 2;
        int old = (int) upTo(living, until);
        if (old < fewest || living[0] <= 0 || until - living[0] < SHORTEST_GROWTH) {
            return Optional.empty();
        }
        int[] parts = new int[QUARTERS];
        for (int i = 0; i < old; i++) {
            parts[(int) Math.min(QUARTERS - 1, (living[i] - living[0]) * QUARTERS / (until - living[0]))]++;
        }
        return Arrays.stream(parts).allMatch(part -> part * LEAST_OF_RISE >= old)
                ? Optional.of(new Growth(living[0], (until - living[0]) / 1e9, old))
                : Optional.empty();
    }

    private boolean risesInEachQuarter(long begin, long rise) {
        long before = at(begin - 1);
        for (int quarter = 1; quarter <= QUARTERS; quarter++) {
            long then = at(begin + (to - begin) / QUARTERS * quarter + (quarter == QUARTERS ? QUARTERS : 0));
            if ((then - before) * LEAST_OF_RISE < rise) {
                return false;
            }
            before = then;
        }
        return true;
    }

    /** Whether at least half of the rise are threads that are older than almost all became that ended. */
    private boolean isOfOldThreads(long begin, long rise) {
        if (lives.length * ENDS_TELL < starts.length) {
            return true;
        }
        long usual = new Percentiles(lives).at(LONG_LIFE);
        long old = upTo(living, to - usual) - upTo(living, begin - 1);
        return 2 * old >= rise;
    }

    /** Whether those that lived at the end were started one after another over two seconds or more, in no burst. */
    boolean isSpread() {
        return isSpread(living);
    }

    /** Whether so many things that happened at these times, sorted, happened one after another. */
    static boolean isSpread(long[] times) {
        if (times.length == 0 || times[0] <= 0) {
            return false;
        }
        long first = times[0];
        long length = times[times.length - 1] - first;
        if (length < SHORTEST_GROWTH) {
            return false;
        }
        int[] parts = new int[SPREAD_PARTS];
        for (long time : times) {
            parts[(int) Math.min(SPREAD_PARTS - 1, (time - first) * SPREAD_PARTS / length)]++;
        }
        int most = Arrays.stream(parts).max().orElse(0);
        long empty = Arrays.stream(parts).filter(part -> part == 0).count();
        return 2 * most <= times.length && empty <= 1;
    }

    /** Whether it lived before the recording began. */
    boolean isBefore() {
        return last() < from;
    }
}
