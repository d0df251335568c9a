package io.clonetrace.demoapp;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * Makes one short system call after the other, each of which reads a byte of /dev/zero, and prints what one of them
 * took: {@code ROUNDS CALLS}. Prints the median of the rounds, in nanoseconds.
 */
public final class Calls {
    private Calls() {}

    public static void main(String[] arguments) throws IOException {
        int rounds = Integer.parseInt(arguments[0]);
        int calls = Integer.parseInt(arguments[1]);
        double[] nanos = new double[rounds];
        try (InputStream zeros = new FileInputStream("/dev/zero")) {
            for (int round = 0; round < rounds; round++) {
                long begin = System.nanoTime();
                for (int i = 0; i < calls; i++) {
                    zeros.read();
                }
                nanos[round] = (double) (System.nanoTime() - begin) / calls;
            }
        }
        Arrays.sort(nanos);
        System.out.println(String.format(Locale.ROOT, "%.1f", nanos[rounds / 2]));
    }
}
