package io.clonetrace.demoapp;

import java.util.Arrays;
import java.util.Locale;

/**
 * Starts and joins one thread after the other, and prints what one of them took: {@code ROUNDS THREADS}. Prints the
 * median of the rounds, in microseconds.
 */
public final class Churn {
    private static final double NANOS_PER_MICRO = 1_000;

    private Churn() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        double[] micros = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < threads; i++) {
                Thread thread = new Thread(() -> {});
                thread.start();
                thread.join();
            }
            micros[round] = (System.nanoTime() - begin) / NANOS_PER_MICRO / threads;
        }
        Arrays.sort(micros);
        System.out.println(String.format(Locale.ROOT, "%.1f", micros[rounds / 2]));
    }
}
