package io.clonetrace.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The memory, in segments, that all readers share for waiting lines. When it is used up, the largest holder gives up
 * segments to smaller ones, so that processes that never read leave room for a JVM that reads. Used by one thread.
 */
final class LineBudget {
    /** Size of a segment in bytes; a line is shorter. */
    static final int SEGMENT = 1 << 14;

    /** 16 MiB, some 60,000 clones; {@code run} has a heap of 48 MiB. */
    private static final int SEGMENTS = 1 << 10;

    private final int all;
    private final List<Holder> holders = new ArrayList<>();
    private int taken;

    /** A holder of segments. */
    interface Holder {
        /** How many segments it holds. */
        int held();

        /** Gives up one of at least two segments, and counts the clones in it as lost. */
        byte[] giveUp();
    }

    LineBudget() {
        this(SEGMENTS);
    }

    LineBudget(int segments) {
        all = segments;
    }

    void join(Holder holder) {
        holders.add(holder);
    }

    /** @param holder a holder that has returned all of its segments */
    void leave(Holder holder) {
        holders.remove(holder);
    }

    /**
     * Takes a segment.
     *
     * @return null if no segment is available to that holder
     */
    byte[] take(Holder holder) {
        if (taken == all) {
            Holder most =
                    holders.stream().max(Comparator.comparingInt(Holder::held)).orElse(holder);
            return most.held() > holder.held() + 1 ? most.giveUp() : null;
        }
        try {
            byte[] segment = new byte[SEGMENT];
            taken++;
            return segment;
        } catch (OutOfMemoryError full) {
            // Something else has used up the heap; the caller counts what finds no room.
            return null;
        }
    }

    /** Returns segments. */
    void give(int segments) {
        taken -= segments;
    }
}
