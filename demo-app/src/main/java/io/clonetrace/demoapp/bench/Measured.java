package io.clonetrace.demoapp.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What some work took.
 *
 * @param perSecond operations a second, of all clients together
 * @param median nanoseconds that half of the operations did not exceed
 * @param p99 nanoseconds that 99 of 100 did not exceed
 * @param processor microseconds of processor time of an operation, whichever of the process's threads and children used
 *     it. What they do later is left out, and what they still had to do for the operations of the warm-up is in it
 */
record Measured(double perSecond, double median, double p99, double processor) {
    private static final double NANOS = 1e9;

    /** A third of the time goes by before it counts: the JIT compiler works, and glibc's cache of stacks fills. */
    private static final int WARM_UP = 3;

    static Measured of(Work work, double seconds) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(work.clients());
        try {
            run(clients, work, seconds / WARM_UP);
            double used = ProcessorTime.micros();
            long begin = System.nanoTime();
            Samples all = run(clients, work, seconds);
            double took = (System.nanoTime() - begin) / NANOS;
            double operations = work.operations();
            double done = all.count() * operations;
            double processor = (ProcessorTime.micros() - used) / done;
            return new Measured(done / took, all.median() / operations, all.p99() / operations, processor);
        } finally {
            clients.shutdown();
        }
    }

    /** Each client does it once at least. */
    private static Samples run(ExecutorService clients, Work work, double seconds) throws Exception {
        long end = System.nanoTime() + (long) (seconds * NANOS);
        Callable<Samples> client = () -> {
            Samples samples = new Samples();
            long from = System.nanoTime();
            do {
                work.once();
                long to = System.nanoTime();
                samples.add(to - from);
                from = to;
            } while (from < end);
            return samples;
        };
        List<Future<Samples>> running = new ArrayList<>();
        for (int i = 0; i < work.clients(); i++) {
            running.add(clients.submit(client));
        }
        Samples all = new Samples();
        for (Future<Samples> one : running) {
            all.addAll(one.get());
        }
        return all;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f\t%.1f\t%.1f\t%.1f", perSecond, median, p99, processor);
    }
}
