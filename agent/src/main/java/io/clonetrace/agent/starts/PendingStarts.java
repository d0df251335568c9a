package io.clonetrace.agent.starts;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.StartsInFlight;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The calls of Thread.start that are under way, by the child's Java id. A dying thread that looks here must not
 * allocate, so the few that there are at once lie in an array; a map takes those whose place is taken.
 */
final class PendingStarts implements StartsInFlight {
    private static final int PLACES = 64;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int LOOKS = 3;

    private final AtomicReferenceArray<Entry> places = new AtomicReferenceArray<>(PLACES);
    private final ConcurrentMap<Long, PendingStart> others = new ConcurrentHashMap<>();

    private long nextLook = System.nanoTime() + LOOK_NANOS;

    private volatile boolean unseen;

    private record Entry(long id, PendingStart start) {}

    /** A thread that is started twice at once has two starts; the first is the one that succeeds or has succeeded. */
    void add(long id, PendingStart start) {
        if (!others.isEmpty() && others.containsKey(id)) {
            return;
        }
        Entry taken = places.compareAndExchange(place(id), null, new Entry(id, start));
        if (taken != null && taken.id != id) {
            others.putIfAbsent(id, start);
        }
    }

    PendingStart get(long id) {
        Entry entry = places.get(place(id));
        if (entry != null && entry.id == id) {
            return entry.start;
        }
        // Boxes nothing where there is none.
        return others.isEmpty() ? null : others.get(id);
    }

    void remove(long id, PendingStart start) {
        Entry entry = places.get(place(id));
        if (entry != null && entry.start == start) {
            places.set(place(id), null);
        } else if (!others.isEmpty()) {
            others.remove(id, start);
        }
    }

    private static int place(long id) {
        return (int) id & (PLACES - 1);
    }

    /**
     * Forgets starts that nobody is in any more: a creator whose stack ended in our code could not take its own out.
     * Called by the agent's thread; looks, not time, are counted, because a stopped process stands still with all it
     * does.
     */
    void dropStale() {
        long now = System.nanoTime();
        if (now - nextLook < 0) {
            return;
        }
        nextLook = now + LOOK_NANOS;
        for (int i = 0; i < PLACES; i++) {
            Entry entry = places.get(i);
            if (entry != null && ++entry.start.looks > LOOKS) {
                places.compareAndSet(i, entry, null);
            }
        }
        others.values().removeIf(start -> ++start.looks > LOOKS);
    }

    /** From now on threads may start that never come here, or no longer. */
    void setUnseen(boolean unseen) {
        this.unseen = unseen;
    }

    @Override
    public boolean mayMissStarts() {
        return unseen;
    }

    @Override
    public boolean isStarting(int tid, long moment) {
        for (int i = 0; i < PLACES; i++) {
            Entry entry = places.get(i);
            if (entry != null && isBy(entry.start, tid, moment)) {
                return true;
            }
        }
        for (PendingStart start : others.values()) {
            if (isBy(start, tid, moment)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBy(PendingStart start, int tid, long moment) {
        boolean itsOwn = start.creatorTid == tid || start.creatorTid == CloneCall.UNKNOWN;
        return itsOwn && start.began - moment <= 0;
    }

    /** Whether any of them will be an event when it ends. */
    boolean anyRecorded() {
        for (int i = 0; i < PLACES; i++) {
            Entry entry = places.get(i);
            if (entry != null && entry.start.event != null) {
                return true;
            }
        }
        return others.values().stream().anyMatch(start -> start.event != null);
    }

    boolean isEmpty() {
        for (int i = 0; i < PLACES; i++) {
            if (places.get(i) != null) {
                return false;
            }
        }
        return others.isEmpty();
    }
}
