package io.clonetrace.report.chunk;

import io.clonetrace.report.model.KeyHash;

/** The constants of one type in a chunk: where the value of each key is, and the values that were read. */
final class ConstantPool {
    private static final int FEW = 16;
    private static final int NONE = -1;

    /** More values than this are read again. */
    private static final int MOST_VALUES = 100_000;

    private final ChunkType type;
    private long[] keys = new long[FEW];
    /** 0 where there is no key: a chunk begins with its header. */
    private long[] places = new long[FEW];

    private Object[] values;
    private int valueCount;
    private int size;

    ConstantPool(ChunkType type) {
        this.type = type;
    }

    ChunkType type() {
        return type;
    }

    /** @param place where in the chunk the value begins; that of an earlier call for this key is forgotten */
    void put(long key, long place) {
        if (2 * size >= keys.length) {
            grow();
        }
        int slot = slot(keys, places, key);
        size += places[slot] == 0 ? 1 : 0;
        keys[slot] = key;
        places[slot] = place;
    }

    private void grow() {
        long[] moreKeys = new long[2 * keys.length];
        long[] morePlaces = new long[2 * keys.length];
        for (int index = 0; index < keys.length; index++) {
            if (places[index] != 0) {
                int slot = slot(moreKeys, morePlaces, keys[index]);
                moreKeys[slot] = keys[index];
                morePlaces[slot] = places[index];
            }
        }
        keys = moreKeys;
        places = morePlaces;
    }

    /** Where a key is, or would be. */
    private static int slot(long[] keys, long[] places, long key) {
        int mask = keys.length - 1;
        int slot = KeyHash.of(key) & mask;
        while (places[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** The slot of a key; -1 if there is no such constant. */
    int find(long key) {
        int slot = slot(keys, places, key);
        return places[slot] == 0 ? NONE : slot;
    }

    /** Where in the chunk the value of that slot is. */
    long place(int slot) {
        return places[slot];
    }

    /** The value that is kept for that slot; null if there is none. */
    Object value(int slot) {
        return values == null ? null : values[slot];
    }

    /** Keeps a value; no key may be added after that. */
    void keep(int slot, Object value) {
        if (values == null || valueCount == MOST_VALUES) {
            values = new Object[keys.length];
            valueCount = 0;
        }
        values[slot] = value;
        valueCount++;
    }
}
