package io.clonetrace.linux.memory;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Things that are dear to make, kept between two uses. Neither waits nor allocates; any number of threads may take and
 * give at once.
 */
public final class ObjectPool<T> {
    private final AtomicReferenceArray<T> free;

    /** @param most how many are kept; a power of two */
    public ObjectPool(int most) {
        free = new AtomicReferenceArray<>(most);
    }

    /** One of them, which is the caller's until he gives it back; null if none is left. */
    public T take() {
        int mask = free.length() - 1;
        // Threads begin at different places.
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

    /** Keeps it for the next; false if there are enough, and it is to be freed. */
    public boolean give(T back) {
        for (int i = 0; i < free.length(); i++) {
            if (free.get(i) == null && free.compareAndSet(i, null, back)) {
                return true;
            }
        }
        return false;
    }
}
