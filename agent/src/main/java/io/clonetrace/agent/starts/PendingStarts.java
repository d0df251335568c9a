package io.clonetrace.agent.starts;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.StartsInFlight;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The calls of Thread.start that have not returned, by the child's Java id. A dying thread looks its own up and must
 * not allocate: so they are in an array, of which a few places are taken at a time. A map has those whose place is
 * taken.
 */
final class PendingStarts implements StartsInFlight {
    private static final int PLACES = 64;
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int CHECKS = 3;

    private final AtomicReferenceArray<Entry> places = new AtomicReferenceArray<>(PLACES);
    private final ConcurrentMap<Long, PendingStart> others = new ConcurrentHashMap<>();

    private long nextCheck = System.nanoTime() + CHECK_NANOS;

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
     * Drops starts whose creator can't remove them any more: its stack was exhausted in our code. Called by the
     * session's thread; counts checks, not time, because a stopped process makes no progress.
     */
    void dropStale() {
        long now = System.nanoTime();
        if (now - nextCheck < 0) {
            return;
        }
        nextCheck = now + CHECK_NANOS;
        for (int i = 0; i < PLACES; i++) {
            Entry entry = places.get(i);
            if (entry != null && ++entry.start.checks > CHECKS) {
                places.compareAndSet(i, entry, null);
            }
        }
        others.values().removeIf(start -> ++start.checks > CHECKS);
    }

    /** Whether threads may start without being added here. */
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
        for (PendingStart start : others.values()) {
            if (start.event != null) {
                return true;
            }
        }
        return false;
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
