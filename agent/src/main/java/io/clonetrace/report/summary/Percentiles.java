package io.clonetrace.report.summary;

import io.clonetrace.report.model.Event;
import java.util.Arrays;

/** Values of which percentiles are wanted, by nearest rank: each answer is one of the values. */
public final class Percentiles {
    private final long[] sorted;

    public Percentiles(long[] values) {
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    public int count() {
        return sorted.length;
    }

    /**
     * The smallest value that at least so many percent are not above.
     *
     * @param percent 1 to 100
     * @return {@link Event#ABSENT} if there are no values
     */
    public long at(int percent) {
        if (sorted.length == 0) {
            return Event.ABSENT;
        }
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[Math.max(0, rank - 1)];
    }

    public long max() {
        return at(100);
    }
}
