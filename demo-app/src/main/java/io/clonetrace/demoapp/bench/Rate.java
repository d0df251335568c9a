package io.clonetrace.demoapp.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Starts threads that end at once, so many a second: {@code PER_SECOND SECONDS}. Prints how many it started, how many a
 * second that were, the 99th percentile of {@code start()} in microseconds, and the microseconds of processor time a
 * thread, that of a tracer among its child processes included. scripts/bench.sh runs it.
 */
public final class Rate {
    private static final double NANOS = 1e9;
    private static final double NANOS_A_MICRO = 1e3;

    private static final double WARM_UP_SECONDS = 0.5;
    private static final int LEAST_WARM_UPS = 6;
    private static final int MOST_WARM_UPS = 20;
    private static final long COMPILING_MILLIS = 25;

    private Rate() {}

    public static void main(String[] arguments) throws Exception {
        int perSecond = Integer.parseInt(arguments[0]);
        double seconds = Double.parseDouble(arguments[1]);
        warmUp();
        double used = ProcessorTime.micros();
        long begin = System.nanoTime();
        Samples starts = run(perSecond, seconds);
        double took = (System.nanoTime() - begin) / NANOS;
        // Work that the threads cause elsewhere belongs to them.
        Thread.sleep(200);
        System.out.println(String.format(
                Locale.ROOT,
                "%d %.0f %.0f %.0f",
                starts.count(),
                starts.count() / took,
                starts.p99() / NANOS_A_MICRO,
                (ProcessorTime.micros() - used) / starts.count()));
        System.exit(0);
    }

    /** Until the observer's code is compiled, a thread costs a multiple. */
    private static void warmUp() throws InterruptedException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long compiling = COMPILING_MILLIS;
        for (int runs = 0; runs < LEAST_WARM_UPS || compiling >= COMPILING_MILLIS && runs < MOST_WARM_UPS; runs++) {
            long before = compiler.getTotalCompilationTime();
            run(Integer.MAX_VALUE, WARM_UP_SECONDS);
            compiling = compiler.getTotalCompilationTime() - before;
        }
    }

    /** One that is late hurries until it is not. */
    private static Samples run(int perSecond, double seconds) throws InterruptedException {
        Samples starts = new Samples();
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * NANOS);
        double gap = NANOS / perSecond;
        for (long now = begin; now < end; now = System.nanoTime()) {
            long due = begin + (long) (gap * starts.count());
            if (now < due) {
                Thread.sleep((due - now) / 1_000_000, (int) ((due - now) % 1_000_000));
                continue;
            }
            Thread thread = Threads.of(() -> {});
            long from = System.nanoTime();
            Threads.start(thread);
            starts.add(System.nanoTime() - from);
        }
        return starts;
    }
}
