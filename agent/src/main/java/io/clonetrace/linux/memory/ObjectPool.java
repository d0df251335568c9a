package io.clonetrace.linux.memory;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** Keeps objects that are expensive to make between two uses. Neither blocks nor allocates; thread-safe. */
public final class ObjectPool<T> {
    private final AtomicReferenceArray<T> free;

    /** @param most how many are kept; a power of two */
    public ObjectPool(int most) {
        free = new AtomicReferenceArray<>(most);
    }

    /** Takes one out, until the caller gives it back; null if none is left. */
    public T take() {
        int mask = free.length() - 1;
        // Threads begin at different slots.
        int start = System.identityHashCode(Thread.currentThread()) & mask;
        for (int i = 0; i <= mask; i++) {
            int at = (start + i) & mask;
            T kept = free.get(at);
            if (kept != null && free.compareAndSet(at, kept, null)) {
                return kept;
            }
        }
        return null;
    }

    /** Puts it back; false if the pool is full, and the caller has to free it. */
    public boolean give(T back) {
        for (int i = 0; i < free.length(); i++) {
            if (free.get(i) == null && free.compareAndSet(i, null, back)) {
                return true;
            }
        }
        return false;
    }
}
