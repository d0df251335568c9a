package io.clonetrace.report.chunk;

import io.clonetrace.report.model.KeyHash;
import java.util.Arrays;

/** The constants of one type in a chunk: where the value of each key is, and the values that were read. */
final class ConstantPool {
    private static final int FEW = 16;

    /** More values than this are read again. */
    private static final int MOST_VALUES = 100_000;

    private final ChunkType type;
    private long[] keys = new long[FEW];
    private long[] places = new long[FEW];
    private int size;
    /** For each hash, or the next that is free, the index of its key, plus one; 0 for none. */
    private int[] indexes = new int[2 * FEW];

    private Object[] values;
    private int valueCount;

    ConstantPool(ChunkType type) {
        this.type = type;
    }

    ChunkType type() {
        return type;
    }

    /** @param place where in the chunk the value begins; that of an earlier call for this key is forgotten */
    void put(long key, long place) {
        int hash = hash(key);
        int index = indexes[hash] - 1;
        if (index < 0) {
            index = size;
            add(hash, key);
        }
        places[index] = place;
    }

    private void add(int hash, long key) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size + size / 2);
            places = Arrays.copyOf(places, size + size / 2);
        }
        keys[size++] = key;
        indexes[hash] = size;
        if (2 * size > indexes.length) {
            indexes = new int[2 * indexes.length];
            for (int index = 0; index < size; index++) {
                indexes[hash(keys[index])] = index + 1;
            }
        }
    }

    /** Where the index of a key is, or would be. */
    private int hash(long key) {
        int mask = indexes.length - 1;
        int hash = KeyHash.of(key) & mask;
        while (indexes[hash] != 0 && keys[indexes[hash] - 1] != key) {
            hash = hash + 1 & mask;
        }
        return hash;
    }

    /** The index of a key; -1 if there is no such constant. */
    int find(long key) {
        return indexes[hash(key)] - 1;
    }

    /** Where in the chunk the value of the key with that index is. */
    long place(int index) {
        return places[index];
    }

    /** The value that is kept for that key; null if there is none. */
    Object value(int index) {
        return values == null ? null : values[index];
    }

    /** Keeps a value; no key may be added after that. */
    void keep(int index, Object value) {
        if (values == null || valueCount == MOST_VALUES) {
            values = new Object[size];
            valueCount = 0;
        }
        values[index] = value;
        valueCount++;
    }
}
