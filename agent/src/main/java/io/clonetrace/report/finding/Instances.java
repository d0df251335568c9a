package io.clonetrace.report.finding;

import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many executors, timers or clients some threads belong to, by the numbers in their names: the JDK and many
 * libraries number both the pool and its threads, as in {@code pool-7-thread-1}. A name with one number, such as
 * {@code exec-17}, numbers the threads of one pool.
 *
 * @param what the plural of what they are, for people
 * @param made how many there were
 * @param alive how many of them have live threads
 * @param collected how many of the others ended together with several more: the garbage collector found them, and the
 *     JDK shuts down what is an executor's last reference; the code did not
 * @param first when the first thread of each of those was started, sorted; 0 where not known
 */
record Instances(String what, int made, int alive, int collected, long[] first) {
    /** What they are if their names do not tell. */
    static final String EXECUTORS = "executors";

    static final Instances NONE = new Instances(EXECUTORS, 0, 0, 0, new long[0]);

    /** So many that end together, made one after another, were found by the garbage collector. */
    private static final int TOGETHER = 5;

    private static final long TOGETHER_NANOS = 100_000_000;

    private static final long LATELY = 2_000_000_000;
    private static final int FEW_INTERVALS = 5;

    /** Libraries that number their clients and not their threads: each of these names is a client's only one. */
    private static final List<String> CLIENTS = List.of(
            "HikariPool-*:",
            "kafka-producer-network-thread | ",
            "kafka-admin-client-thread | ",
            "Curator-Framework-",
            "Curator-ConnectionStateManager-");

    private static final char ANY = '*';
    private static final String TIMER_CLASS = "java.util.TimerThread";
    private static final String TIMER_NAME = "Timer-*";

    /** JDK: jdk/internal/net/http/HttpClientImpl.java names its selector's thread so. */
    private static final String CLIENT = "HttpClient-*-";

    private static final String FORK_JOIN = "ForkJoinPool-*-worker-*";

    /** One of them. */
    private static final class Instance {
        private boolean alive;
        private long first = Long.MAX_VALUE;
        private long ended;
    }

    /** The most numerous kind of them among these threads. */
    static Instances of(List<ThreadRow> rows) {
        Map<String, Map<Object, Instance>> kinds = new HashMap<>();
        String withoutNumber = null;
        for (ThreadRow row : rows) {
            String pattern = row.namePattern();
            boolean timer = TIMER_CLASS.equals(row.threadClass());
            // Most are like the one before.
            Object number = !timer && pattern.equals(withoutNumber) ? null : number(row, pattern);
            if (number == null) {
                withoutNumber = pattern;
            } else {
                String kind = timer ? TIMER_NAME : pattern;
                Instance instance = kinds.computeIfAbsent(kind, one -> new HashMap<>())
                        .computeIfAbsent(number, one -> new Instance());
                if (row.life() == Liveness.ALIVE) {
                    instance.alive = true;
                    instance.first = Math.min(instance.first, LiveCurve.started(row));
                }
                instance.ended = Math.max(instance.ended, row.ended());
            }
        }
        Instances most = NONE;
        for (Map.Entry<String, Map<Object, Instance>> kind : kinds.entrySet()) {
            Instances one = of(kind.getKey(), new ArrayList<>(kind.getValue().values()));
            if (one.alive > most.alive || one.alive == most.alive && one.made > most.made) {
                most = one;
            }
        }
        return most;
    }

    private static Instances of(String pattern, List<Instance> instances) {
        long[] first = instances.stream()
                .filter(one -> one.alive)
                .mapToLong(one -> one.first)
                .sorted()
                .toArray();
        long[] ends = instances.stream()
                .filter(one -> !one.alive && one.ended > 0)
                .mapToLong(one -> one.ended)
                .sorted()
                .toArray();
        return new Instances(word(pattern), instances.size(), first.length, collected(ends), first);
    }

    private static int collected(long[] ends) {
        int collected = 0;
        int begin = 0;
        for (int i = 1; i <= ends.length; i++) {
            if (i == ends.length || ends[i] - ends[i - 1] > TOGETHER_NANOS) {
                collected += i - begin >= TOGETHER ? i - begin : 0;
                begin = i;
            }
        }
        return collected;
    }

    private static String word(String pattern) {
        if (pattern.equals(TIMER_NAME)) {
            return "timers";
        }
        if (pattern.startsWith(CLIENT)) {
            return "HTTP clients";
        }
        if (isOfClients(pattern)) {
            return "clients";
        }
        return pattern.equals(FORK_JOIN) ? "ForkJoinPools" : EXECUTORS;
    }

    /** What tells the instance that a thread belongs to from others; null if its name does not. */
    private static Object number(ThreadRow row, String pattern) {
        if (TIMER_CLASS.equals(row.threadClass())) {
            // A timer has one thread, whatever its name.
            return row;
        }
        if (pattern.equals(TIMER_NAME)
                || pattern.startsWith(CLIENT)
                || pattern.indexOf(ANY) >= 0 && isOfClients(pattern)) {
            return first(row.name(), pattern);
        }
        return pattern.indexOf(ANY) < pattern.lastIndexOf(ANY) ? first(row.name(), pattern) : null;
    }

    private static boolean isOfClients(String pattern) {
        for (String clients : CLIENTS) {
            if (pattern.startsWith(clients)) {
                return true;
            }
        }
        return false;
    }

    /** What stands in a name where its pattern has the first star. */
    private static String first(String name, String pattern) {
        int begin = pattern.indexOf(ANY);
        int end = begin + 1 < pattern.length() ? name.indexOf(pattern.charAt(begin + 1), begin) : name.length();
        return name.substring(begin, end < 0 ? name.length() : end);
    }

    /** Whether they were made one after another, as calls do, and not together, as a start does. */
    boolean areSpread() {
        return LiveCurve.isSpread(first);
    }

    /**
     * Whether more of them are to be expected: the last came no longer before the end than some usually take to come.
     *
     * @param end of the recording, in nanoseconds since the epoch
     */
    boolean goOn(long end) {
        if (first.length < 2) {
            return false;
        }
        long last = first[first.length - 1];
        return end - last <= Math.max(LATELY, FEW_INTERVALS * (last - first[0]) / (first.length - 1));
    }

    /** From the first to the last of those with live threads. */
    double seconds() {
        return first.length == 0 ? 0 : (first[first.length - 1] - first[0]) / 1e9;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Instances that
                && what.equals(that.what)
                && made == that.made
                && alive == that.alive
                && collected == that.collected
                && Arrays.equals(first, that.first);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(first) + made;
    }

    @Override
    public String toString() {
        return alive + " of " + made + " " + what;
    }
}
