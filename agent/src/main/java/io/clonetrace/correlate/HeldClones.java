package io.clonetrace.correlate;

import io.clonetrace.clone.NativeOrigin;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Decided clones whose native frames are still being found out. Each leaves once: when its frames are known, when it
 * has waited too long, or when there are too many. Confined to the agent's own thread.
 */
final class HeldClones {
    private final int capacity;
    private final long patience;
    private final Consumer<DecidedClone> released;
    private final Deque<Held> held = new ArrayDeque<>();
    private long impatient;

    private record Held(DecidedClone decided, long since) {
        boolean isKnown() {
            NativeOrigin origin = decided.call().origin();
            return origin == null || origin.isDone();
        }
    }

    /**
     * @param capacity the most that are held
     * @param patience nanoseconds that each is held at most
     * @param released is given each clone once
     */
    HeldClones(int capacity, long patience, Consumer<DecidedClone> released) {
        this.capacity = capacity;
        this.patience = patience;
        this.released = released;
    }

    /** Holds a clone, or releases it at once if its frames are known or none are to come. */
    void add(DecidedClone clone, long now) {
        Held added = new Held(clone, now);
        if (added.isKnown()) {
            released.accept(clone);
            return;
        }
        held.add(added);
        if (held.size() > capacity) {
            release(held.remove());
        }
    }

    /** Releases those whose frames are known by now, and those that have waited too long. */
    void releaseKnown(long now) {
        for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
            Held next = all.next();
            if (next.isKnown() || now - next.since() >= patience) {
                all.remove();
                release(next);
            }
        }
    }

    /** Releases all: a recording ends. */
    void releaseAll() {
        for (Held next = held.poll(); next != null; next = held.poll()) {
            release(next);
        }
    }

    /** How many were released although their frames could still have become known. */
    long impatient() {
        return impatient;
    }

    private void release(Held next) {
        if (!next.isKnown()) {
            impatient++;
        }
        released.accept(next.decided());
    }
}
