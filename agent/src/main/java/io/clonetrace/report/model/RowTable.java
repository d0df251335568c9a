package io.clonetrace.report.model;

import java.util.Arrays;
import java.util.List;

/** The rows of Java threads, by Java id. */
final class RowTable {
    private static final int FEW = 16;

    private static final double FULL = 0.75;

    private final KeyIndex ids = new KeyIndex();
    private ThreadRow[] rows = new ThreadRow[FEW];
    /** So many of them {@link #row} made; those that follow were added by {@link #put}, after all others. */
    private int computed;

    /** The row with that id, or null. */
    ThreadRow get(long id) {
        int index = ids.find(id);
        return index < 0 ? null : rows[index];
    }

    /** The row with that id, a new one if there is none. */
    ThreadRow row(long id) {
        int before = ids.size();
        int index = ids.add(id);
        if (index == before) {
            set(index, new ThreadRow(id));
            computed = ids.size();
        }
        return rows[index];
    }

    /** Gives an id that row, in place of the one that it has. */
    void put(long id, ThreadRow row) {
        set(ids.add(id), row);
    }

    private void set(int index, ThreadRow row) {
        if (index == rows.length) {
            rows = Arrays.copyOf(rows, index + index / 2);
        }
        rows[index] = row;
    }

    /**
     * All of them, in the order in which a {@link java.util.HashMap} has them that computed the rows of absent ids, and
     * to which the others were added in the end: what is listed first among equals must not depend on how this class
     * keeps them.
     */
    List<ThreadRow> values() {
        int size = ids.size();
        int buckets = FEW;
        while (size > FULL * buckets) {
            buckets *= 2;
        }
        long[] order = new long[size];
        for (int index = 0; index < size; index++) {
            int hash = Long.hashCode(ids.key(index));
            // Of a bucket, the last that was computed comes first, and the last that was added comes last.
            int within = index < computed ? computed - 1 - index : index;
            order[index] = (long) ((hash ^ hash >>> Short.SIZE) & buckets - 1) << Integer.SIZE | within;
        }
        Arrays.sort(order);
        ThreadRow[] sorted = new ThreadRow[size];
        for (int index = 0; index < size; index++) {
            int within = (int) order[index];
            sorted[index] = rows[within < computed ? computed - 1 - within : within];
        }
        return Arrays.asList(sorted);
    }
}
