package io.clonetrace.report.chunk;

import java.util.Arrays;

/** Where in a chunk events are known to begin, so that one can go on there if an event before is damaged. */
final class KnownPlaces {
    private static final int FEW = 16;

    private long[] places = new long[FEW];
    private int count;
    private int passed;

    /** Adds one, in any order; {@link #sort} follows. */
    void add(long place) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = place;
    }

    void sort() {
        Arrays.sort(places, 0, count);
    }

    void clear() {
        count = 0;
        passed = 0;
    }

    /** The first behind that one, or that end if there is none; a later call is for a place that is not before it. */
    long next(long at, long end) {
        while (passed < count && places[passed] <= at) {
            passed++;
        }
        return passed == count ? end : places[passed];
    }

    /** Begins again with the first. */
    void rewind() {
        passed = 0;
    }
}
