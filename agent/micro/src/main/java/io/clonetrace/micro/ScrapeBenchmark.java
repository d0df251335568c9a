package io.clonetrace.micro;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * What a client pays that reads clonetrace's MXBean, compared with the JDK's {@link ThreadMXBean}, in a JVM with many
 * threads: {@code ROUNDS THREADS...}, fewer first. The agent is in the same JVM, with jmx=true. Run by
 * scripts/bench/scrape.sh.
 */
final class ScrapeBenchmark {
    private static final double MICRO = 1e3;
    private static final long PAUSE_MILLIS = 100;
    private static final String MEASURED = "Measured";

    private final PrintStream out = System.out;
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final ThreadMXBean jvm = ManagementFactory.getThreadMXBean();
    private final ObjectName ours;
    private final int rounds;

    private ScrapeBenchmark(int rounds) throws Exception {
        this.rounds = rounds;
        this.ours = new ObjectName("io.clonetrace:type=Threads");
    }

    public static void main(String[] arguments) throws Exception {
        ScrapeBenchmark benchmark = new ScrapeBenchmark(Integer.parseInt(arguments[0]));
        int running = 0;
        for (int i = 1; i < arguments.length; i++) {
            int count = Integer.parseInt(arguments[i]);
            Parked.start(count - running);
            running = count;
            benchmark.compare(count);
        }
    }

    private void compare(int count) throws Exception {
        awaitMeasure();
        Map<String, Callable<?>> ways = new LinkedHashMap<>();
        String[] attributes = Arrays.stream(server.getMBeanInfo(ours).getAttributes())
                .map(MBeanAttributeInfo::getName)
                .toArray(String[]::new);
        ways.put("clonetrace, all attributes", () -> server.getAttributes(ours, attributes));
        ObjectName threading = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
        String[] counters = {"ThreadCount", "DaemonThreadCount", "PeakThreadCount", "TotalStartedThreadCount"};
        ways.put("ThreadMXBean, four counters", () -> server.getAttributes(threading, counters));
        ways.put("ThreadMXBean, each thread's state", () -> jvm.getThreadInfo(jvm.getAllThreadIds(), 0));
        Map<String, long[]> nanos = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Callable<?>> way : ways.entrySet()) {
                long from = System.nanoTime();
                way.getValue().call();
                nanos.computeIfAbsent(way.getKey(), key -> new long[rounds])[round] = System.nanoTime() - from;
            }
        }
        out.printf(
                Locale.ROOT,
                "%n%-36s %11s %19s %12s%n",
                String.format(Locale.ROOT, "a scrape with %,d threads", count),
                "median us",
                "low-high",
                "x clonetrace");
        double first = 0;
        for (Map.Entry<String, long[]> way : nanos.entrySet()) {
            long[] sorted = Arrays.stream(way.getValue()).sorted().toArray();
            double median = sorted[rounds / 2] / MICRO;
            first = first == 0 ? median : first;
            String range = String.format(Locale.ROOT, "%.0f-%.0f", sorted[0] / MICRO, sorted[rounds - 1] / MICRO);
            out.printf(Locale.ROOT, "%-36s %11.0f %19s %12.2f%n", way.getKey(), median, range, median / first);
        }
    }

    /** Until the threads that were started before are measured, too. */
    private void awaitMeasure() throws Exception {
        long now = System.currentTimeMillis();
        for (Object at = null; at == null || (Long) at < now; at = server.getAttribute(ours, MEASURED)) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
