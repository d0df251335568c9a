package io.clonetrace.demoapp.bench;

import java.util.concurrent.Executors;

/**
 * Does each work for some time and prints what it took, a line each: {@code SECONDS WORK...}. A line is the work's
 * name, operations a second, and the median and the 99th percentile of one operation in nanoseconds, with tabs between;
 * the last line says how many threads were started for all of it. scripts/bench.sh runs it.
 */
public final class Bench {
    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        double seconds = Double.parseDouble(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            try (Work work = work(arguments[i])) {
                System.out.println(arguments[i] + "\t" + Measured.of(work, seconds));
            }
        }
        System.out.println("started\t" + Threads.started());
        // The HTTP client's and the pools' threads would keep the JVM for up to a minute.
        System.exit(0);
    }

    static Work work(String name) throws Exception {
        return switch (name) {
            case "start-join" -> new StartJoin(0);
            case "start-join-1000" -> new StartJoin(1_000);
            case "start-join-10000" -> new StartJoin(10_000);
            case "burst-1" -> new Burst(1);
            case "burst-2" -> new Burst(2);
            case "burst-8" -> new Burst(8);
            case "spin" -> new Spin();
            case "reads" -> new Reads();
            case "null-pointers" -> new NullPointers();
            case "http-pool" -> new HttpRequests(Executors.newCachedThreadPool());
            case "http-threads" -> new HttpRequests(request -> Threads.start(new Thread(request)));
            default -> throw new IllegalArgumentException("no work " + name);
        };
    }
}
