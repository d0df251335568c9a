package io.clonetrace.report.model;

import java.util.SplittableRandom;

/**
 * Hashes of keys that a recording chose, perhaps so that they collide in a table: each run of the program has others.
 */
public final class KeyHash {
    private static final long RANDOM = new SplittableRandom().nextLong();

    /** Odd, so that no two keys become one: the golden ratio. */
    private static final long SCATTER = 0x9e3779b97f4a7c15L;

    private static final int NEIGHBOUR_BITS = 3;
    private static final int NEIGHBOURS = 1 << NEIGHBOUR_BITS;

    private KeyHash() {}

    /**
     * A hash of which the low bits are as good as any, for a table that tries one place after another. So many keys
     * that follow each other, as those of a recording do, lie side by side in it: a processor fetches them together.
     */
    public static int of(long key) {
        long mixed = (key >>> NEIGHBOUR_BITS ^ RANDOM) * SCATTER;
        int scattered = (int) ((mixed ^ mixed >>> Integer.SIZE) * SCATTER >>> Integer.SIZE);
        return scattered << NEIGHBOUR_BITS | (int) key & NEIGHBOURS - 1;
    }
}
