package io.clonetrace.report.model;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What is computed from a {@link Jvm} once, however many forms of output and rules ask for it. */
public final class Derived {
    private final Map<Class<?>, Object> values = new ConcurrentHashMap<>();

    /**
     * The value that was computed for that class, or is now.
     *
     * @param key the class that computes it, one value each
     */
    @SuppressWarnings("unchecked")
    public <T> T once(Class<?> key, Supplier<T> value) {
        // Not computeIfAbsent: a value may need another.
        Object known = values.get(key);
        if (known == null) {
            known = value.get();
            values.put(key, known);
        }
        return (T) known;
    }
}
