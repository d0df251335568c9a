package io.clonetrace.report.model;

import java.util.Arrays;

/**
 * Keys that a recording chose, numbered in the order in which they came. It may have millions, so they are no objects.
 * Those that are small for their number, as the ids of Java threads are, are found without a hash: what comes one after
 * another lies side by side.
 */
public final class KeyIndex {
    private static final int FEW = 16;

    /** Small is what is below so many times the number of keys. */
    private static final int SPARSE = 4;

    private long[] keys = new long[FEW];
    private int size;

    /** At a small key, its index plus one; 0 for none. */
    private int[] small = new int[SPARSE * FEW];

    /** At a key's hash, or the next place that is free, the index plus one of one that was not small; 0 for none. */
    private int[] places = new int[2 * FEW];

    private int placed;

    /** How many there are. */
    public int size() {
        return size;
    }

    long key(int index) {
        return keys[index];
    }

    /** The index of a key; -1 if it is not there. */
    public int find(long key) {
        if (key >= 0 && key < small.length && small[(int) key] > 0) {
            return small[(int) key] - 1;
        }
        // What was added while there were fewer keys was not small.
        return places[place(key)] - 1;
    }

    /** The index of a key, which is added if it is not there: then it is {@link #size} as that was before. */
    public int add(long key) {
        int known = find(key);
        return known < 0 ? append(key) : known;
    }

    private int append(long key) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size + size / 2);
        }
        keys[size++] = key;
        if (key >= 0 && key < Math.min((long) SPARSE * size, Integer.MAX_VALUE / 2)) {
            if (key >= small.length) {
                small = Arrays.copyOf(small, (int) Math.max(key + 1, small.length + small.length / 2));
            }
            small[(int) key] = size;
        } else {
            place(key, size);
        }
        return size - 1;
    }

    private void place(long key, int number) {
        places[place(key)] = number;
        placed++;
        if (2 * placed > places.length) {
            spread();
        }
    }

    private void spread() {
        int[] all = places;
        places = new int[2 * all.length];
        for (int number : all) {
            if (number > 0) {
                places[place(keys[number - 1])] = number;
            }
        }
    }

    private int place(long key) {
        int mask = places.length - 1;
        int place = KeyHash.of(key) & mask;
        while (places[place] != 0 && keys[places[place] - 1] != key) {
            place = place + 1 & mask;
        }
        return place;
    }
}
