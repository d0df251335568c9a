package io.clonetrace.report.model;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What is computed from a {@link Jvm} once, however many forms of output, rules and threads ask for it. */
public final class Derived {
    private final Map<Class<?>, Value> values = new ConcurrentHashMap<>();

    /**
     * The value that was computed for that class, or is now; while another thread computes it, this one waits. To
     * compute it may take values of other classes, of which none may take this one.
     *
     * @param key the class that computes it, one value each
     */
    @SuppressWarnings("unchecked")
    public <T> T once(Class<?> key, Supplier<T> value) {
        return (T) values.computeIfAbsent(key, one -> new Value()).get(value);
    }

    /** One value. Its lock is its own, and not the map's, since a value may need another. */
    private static final class Value {
        private Object known;

        /** If it can't be computed, the next one that asks for it tries again. */
        synchronized Object get(Supplier<?> value) {
            if (known == null) {
                known = value.get();
            }
            return known;
        }
    }
}
