package io.clonetrace.demoapp.bench;

/** Computes, without system calls, locks or new objects: 100 steps of a random generator an operation. */
final class Spin implements Work {
    private static final int OPERATIONS = 1_000;
    private static final int STEPS = 100;

    private long state = 1;

    @Override
    public void once() {
        long x = state;
        for (int i = 0; i < OPERATIONS * STEPS; i++) {
            // xorshift64 (Marsaglia)
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        state = x;
    }

    @Override
    public int operations() {
        return OPERATIONS;
    }
}
