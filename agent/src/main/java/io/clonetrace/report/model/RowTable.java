package io.clonetrace.report.model;

import java.util.Arrays;
import java.util.List;

/** The rows of Java threads, by Java id. A recording may have millions, so the ids are no objects. */
final class RowTable {
    private static final int FEW = 16;

    private static final double FULL = 0.75;

    private long[] ids = new long[FEW];
    private ThreadRow[] rows = new ThreadRow[FEW];
    private int size;
    /** So many of them {@link #row} made; those that follow were added by {@link #put}, after all others. */
    private int computed;

    /** For each place the index of its row, plus one; 0 for none. */
    private int[] places = new int[2 * FEW];

    /** The row with that id, or null. */
    ThreadRow get(long id) {
        int index = places[place(id)] - 1;
        return index < 0 ? null : rows[index];
    }

    /** The row with that id, a new one if there is none. */
    ThreadRow row(long id) {
        int place = place(id);
        if (places[place] == 0) {
            ThreadRow row = new ThreadRow(id);
            add(place, id, row);
            computed = size;
            return row;
        }
        return rows[places[place] - 1];
    }

    /** Gives an id that row, in place of the one that it has. */
    void put(long id, ThreadRow row) {
        int place = place(id);
        if (places[place] == 0) {
            add(place, id, row);
        } else {
            rows[places[place] - 1] = row;
        }
    }

    private void add(int place, long id, ThreadRow row) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size + size / 2);
            rows = Arrays.copyOf(rows, size + size / 2);
        }
        ids[size] = id;
        rows[size++] = row;
        if (2 * size <= places.length) {
            places[place] = size;
            return;
        }
        places = new int[2 * places.length];
        for (int index = 0; index < size; index++) {
            places[place(ids[index])] = index + 1;
        }
    }

    private int place(long id) {
        int mask = places.length - 1;
        int place = KeyHash.of(id) & mask;
        while (places[place] != 0 && ids[places[place] - 1] != id) {
            place = place + 1 & mask;
        }
        return place;
    }

    /**
     * All of them, in the order in which a {@link java.util.HashMap} has them that computed the rows of absent ids, and
     * to which the others were added in the end: what is listed first among equals must not depend on how this class
     * keeps them.
     */
    List<ThreadRow> values() {
        int buckets = FEW;
        while (size > FULL * buckets) {
            buckets *= 2;
        }
        long[] order = new long[size];
        for (int index = 0; index < size; index++) {
            int hash = Long.hashCode(ids[index]);
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
