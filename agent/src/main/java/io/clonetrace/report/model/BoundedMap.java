package io.clonetrace.report.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** One value for each of a bounded number of keys: those that come when it is full are left out. */
final class BoundedMap<K, V> {
    private static final int MOST = 10_000;

    private final Map<K, V> values = new LinkedHashMap<>();
    private final BinaryOperator<V> join;

    /** @param join makes one of two values of one key */
    BoundedMap(BinaryOperator<V> join) {
        this.join = join;
    }

    void add(K key, V value) {
        if (values.size() < MOST || values.containsKey(key)) {
            values.merge(key, value, join);
        }
    }

    List<V> values() {
        return new ArrayList<>(values.values());
    }
}
