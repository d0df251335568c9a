package io.clonetrace.report.chunk;

import io.clonetrace.report.model.KeyIndex;
import java.util.Arrays;

/** The constants of one type in a chunk: where the value of each key is, and the values that were read. */
final class ConstantPool {
    private static final int FEW = 16;

    /** More values than this are read again. */
    private static final int MOST_VALUES = 100_000;

    private final ChunkType type;
    private final KeyIndex keys = new KeyIndex();
    private long[] places = new long[FEW];

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
        int index = keys.add(key);
        if (index == places.length) {
            places = Arrays.copyOf(places, index + index / 2);
        }
        places[index] = place;
    }

    /** The index of a key; -1 if there is no such constant. */
    int find(long key) {
        return keys.find(key);
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
            values = new Object[keys.size()];
            valueCount = 0;
        }
        values[index] = value;
        valueCount++;
    }
}
