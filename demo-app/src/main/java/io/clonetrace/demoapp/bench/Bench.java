package io.clonetrace.demoapp.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Does each work for some time and prints what it took, a line each: {@code SECONDS WORK...}; without arguments, what
 * the lines of its standard input ask for, {@code SECONDS WORK} each. A line is the work's name, operations a second,
 * the median and the 99th percentile of one operation in nanoseconds, and its processor time in microseconds, with tabs
 * between; the last line says how many threads were started for all of it. scripts/bench.sh runs it.
 */
public final class Bench {
    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        for (int i = 1; i < arguments.length; i++) {
            measure(arguments[0], arguments[i], System.out);
        }
        if (arguments.length == 0) {
            doAsAsked(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)), System.out);
        }
        Threads.commitRest();
        System.out.println("started\t" + Threads.started());
        // The HTTP client's and the pools' threads would keep the JVM for up to a minute.
        System.exit(0);
    }

    static void doAsAsked(BufferedReader jobs, PrintStream out) throws Exception {
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            String[] words = job.split(" ", 2);
            measure(words[0], words[1], out);
        }
    }

    private static void measure(String seconds, String name, PrintStream out) throws Exception {
        try (Work work = work(name)) {
            out.println(name + "\t" + Measured.of(work, Double.parseDouble(seconds)));
        }
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
            case "http-threads" -> new HttpRequests(request -> Threads.start(Threads.of(request)));
            default -> throw new IllegalArgumentException("no work " + name);
        };
    }
}
