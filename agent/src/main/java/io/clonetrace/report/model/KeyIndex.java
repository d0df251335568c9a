package io.clonetrace.report.model;

import java.util.Arrays;

/**
 * Keys that a recording chose, numbered in the order in which they came. It may have millions, so they are no objects.
 */
public final class KeyIndex {
    private static final int FEW = 16;

    private long[] keys = new long[FEW];
    private int size;

    /** At a key's hash, or the next place that is free, its index plus one; 0 for none. */
    private int[] places = new int[2 * FEW];

    /** How many there are. */
    public int size() {
        return size;
    }

    long key(int index) {
        return keys[index];
    }

    /** The index of a key; -1 if it is not there. */
    public int find(long key) {
        return places[place(key)] - 1;
    }

    /** The index of a key, which is added if it is not there: then it is {@link #size} as that was before. */
    public int add(long key) {
        int place = place(key);
        if (places[place] == 0) {
            if (size == keys.length) {
                keys = Arrays.copyOf(keys, size + size / 2);
            }
            keys[size++] = key;
            places[place] = size;
            if (2 * size > places.length) {
                spread();
            }
            return size - 1;
        }
        return places[place] - 1;
    }

    private void spread() {
        places = new int[2 * places.length];
        for (int index = 0; index < size; index++) {
            places[place(keys[index])] = index + 1;
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
