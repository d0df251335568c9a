package io.clonetrace.report.model;

import java.util.SplittableRandom;

/**
 * Hashes of keys that a recording chose, perhaps so that they collide in a table: each run of the program has others.
 */
public final class KeyHash {
    private static final long RANDOM = new SplittableRandom().nextLong();

    /** Odd, so that no two keys become one: the golden ratio. */
    private static final long SCATTER = 0x9e3779b97f4a7c15L;

    private KeyHash() {}

    /** A hash of which the low bits are as good as any. */
    public static int of(long key) {
        long mixed = (key ^ RANDOM) * SCATTER;
        return (int) ((mixed ^ mixed >>> Integer.SIZE) * SCATTER >>> Integer.SIZE);
    }
}
