package io.clonetrace.agent.creators;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The creations of live threads by the thread's id. A dying thread looks its own up and must not allocate, lock or
 * wait: so it only marks it, and the next start in the same bucket drops what is marked. Java's ids follow each other,
 * which spreads them evenly.
 */
final class LiveCreations {
    private static final int BUCKETS = 1 << 14;

    private final AtomicReferenceArray<Cell> buckets = new AtomicReferenceArray<>(BUCKETS);

    /** A part of an immutable chain. */
    private record Cell(Creation creation, Cell next) {}

    /** Adds one, unless the thread has one that has not ended. */
    boolean add(Creation added) {
        int bucket = bucket(added.id());
        while (true) {
            Cell head = buckets.get(bucket);
            if (find(head, added.id()) != null) {
                return false;
            }
            if (buckets.compareAndSet(bucket, head, new Cell(added, withoutEnded(head)))) {
                return true;
            }
        }
    }

    /** The creation of the thread with that id, if it has not ended; else null. */
    Creation get(long id) {
        return find(buckets.get(bucket(id)), id);
    }

    /** Those whose start has returned. */
    List<Creation> started() {
        List<Creation> started = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            for (Cell cell = buckets.get(i); cell != null; cell = cell.next) {
                if (cell.creation.hasStarted()) {
                    started.add(cell.creation);
                }
            }
        }
        return started;
    }

    private static int bucket(long id) {
        return (int) id & (BUCKETS - 1);
    }

    private static Creation find(Cell head, long id) {
        for (Cell cell = head; cell != null; cell = cell.next) {
            if (cell.creation.id() == id && !cell.creation.hasEnded()) {
                return cell.creation;
            }
        }
        return null;
    }

    private static Cell withoutEnded(Cell head) {
        Cell all = head;
        boolean any = false;
        for (Cell cell = head; cell != null; cell = cell.next) {
            any |= cell.creation.hasEnded();
        }
        if (any) {
            all = null;
            for (Cell cell = head; cell != null; cell = cell.next) {
                all = cell.creation.hasEnded() ? all : new Cell(cell.creation, all);
            }
        }
        return all;
    }
}
