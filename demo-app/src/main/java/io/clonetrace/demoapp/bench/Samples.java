package io.clonetrace.demoapp.bench;

import java.util.Arrays;

/** Times that were measured, in nanoseconds. */
final class Samples {
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;

    private long[] nanos = new long[1 << 10];
    private int count;

    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    void addAll(Samples others) {
        for (int i = 0; i < others.count; i++) {
            add(others.nanos[i]);
        }
    }

    int count() {
        return count;
    }

    long median() {
        return quantile(MEDIAN);
    }

    /** What 99 of 100 did not exceed; of fewer than 100 samples, the longest. */
    long p99() {
        return quantile(P99);
    }

    private long quantile(double part) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) (part * count))];
    }
}
