package io.clonetrace.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The memory in which lines wait for all readers together, in segments. When all is taken, who holds most gives up for
 * who holds less, so that processes that never read leave room for a JVM that reads. Used by one thread.
 */
final class LineBudget {
    /** Bytes of a segment; a line is shorter. */
    static final int SEGMENT = 1 << 14;

    /** 16 MiB, some 60,000 clones; {@code run} has a heap of 48 MiB. */
    private static final int SEGMENTS = 1 << 10;

    private final int all;
    private final List<Holder> holders = new ArrayList<>();
    private int taken;

    /** Who holds segments. */
    interface Holder {
        /** How many. */
        int held();

        /** Gives up one of at least two, and counts what was in it as lost. */
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

    /** @param holder has given back what it held */
    void leave(Holder holder) {
        holders.remove(holder);
    }

    /**
     * Takes a segment.
     *
     * @return null if there is none for that holder
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
            // Something else has taken the heap; what finds no room is counted by who asked.
            return null;
        }
    }

    /** Gives segments back. */
    void give(int segments) {
        taken -= segments;
    }
}
