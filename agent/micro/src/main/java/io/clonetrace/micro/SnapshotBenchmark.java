package io.clonetrace.micro;

import com.sun.management.ThreadMXBean;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.stacks.AllocatedStacks;
import io.clonetrace.agent.stacks.LiveThreads;
import io.clonetrace.agent.stacks.OtherTasks;
import io.clonetrace.agent.stacks.ThreadSnapshot;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.linux.process.ProcessId;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a snapshot of many live threads costs, in each way, compared with other tools; and what it does not depend on:
 * {@code ROUNDS PROGRAM THREADS...}, with the program of {@link SnapshotCalls}. Not by JMH: a snapshot needs thousands
 * of live threads. Run by scripts/bench/stacks.sh.
 */
final class SnapshotBenchmark {
    private static final int[] MAPPINGS = {0, 5_000, 20_000, 50_000};
    private static final int MAPPINGS_EACH = 2;
    private static final int AMONG_MAPPINGS = 1_000;
    private static final int MEGABYTE = 1 << 20;
    private static final long HEAP_MEGABYTES =
            Math.min(1_024, Runtime.getRuntime().maxMemory() / MEGABYTE / 2);
    private static final double MILLI = 1e6;
    private static final String BY_IOCTLS = "clonetrace, by ioctls";
    private static final String BY_SMAPS = "clonetrace, by smaps";
    private static final String IN_C = "the same calls, in C";

    private final PrintStream out = System.out;
    private final ThreadFields fields = new ThreadFields();
    private final LiveThreads threads;
    private final TaskList tasks = TaskList.ofSelf();
    private final OtherTasks others;
    private final AllocatedStacks allocated = new AllocatedStacks();
    private final int rounds;
    private final SnapshotCalls calls;

    private SnapshotBenchmark(int rounds, SnapshotCalls calls) throws Exception {
        this.rounds = rounds;
        this.calls = calls;
        FutureTask<NativeAccess> opening =
                new FutureTask<>(() -> NativeAccess.open(() -> fields.eetop(Thread.currentThread())));
        new Thread(opening).start();
        threads = new LiveThreads(fields, opening.get(), new JfrState(() -> {}));
        others = new OtherTasks(threads, new ProcessTasks(ProcessId.own(), tasks::contains), tasks);
    }

    /** One way to do it. */
    private interface Way {
        void run() throws Exception;
    }

    /** What it took, each time in nanoseconds and in order of size; and the last time's bytes of heap. */
    private record Taken(long first, long[] sorted, long allocated) {
        static Taken of(long[] each, long allocated) {
            return new Taken(each[0], Arrays.stream(each).sorted().toArray(), allocated);
        }

        double median() {
            return sorted[sorted.length / 2] / MILLI;
        }

        String range() {
            return String.format(Locale.ROOT, "%.1f-%.1f", sorted[0] / MILLI, sorted[sorted.length - 1] / MILLI);
        }
    }

    public static void main(String[] arguments) throws Exception {
        SnapshotBenchmark benchmark =
                new SnapshotBenchmark(Integer.parseInt(arguments[0]), new SnapshotCalls(Path.of(arguments[1])));
        benchmark.out.println("in a JVM of " + Runtime.version());
        for (int i = 2; i < arguments.length; i++) {
            int count = Integer.parseInt(arguments[i]);
            Parked parked = Parked.start(count);
            benchmark.compare(count);
            parked.stop();
        }
        Parked parked = Parked.start(AMONG_MAPPINGS);
        benchmark.grow();
        benchmark.stops();
        parked.stop();
    }

    private void compare(int count) throws Exception {
        Map<String, Way> ways = ours();
        ways.put("smaps read as lines, no more", SnapshotBenchmark::smapsLines);
        diagnosticCommand("Thread.print").ifPresent(way -> ways.put("jcmd's Thread.print", way));
        diagnosticCommand("System.map").ifPresent(way -> ways.put("jcmd's System.map", way));
        Map<String, Taken> taken = measure(ways);
        out.printf(
                Locale.ROOT,
                "%n%-32s %9s %13s %8s %8s %13s%n",
                String.format(Locale.ROOT, "a snapshot of %,d threads", count),
                "median ms",
                "low-high",
                "x ioctls",
                "first ms",
                "allocated KiB");
        Taken ioctls = taken.get(BY_IOCTLS);
        taken.forEach((way, time) -> row(way, time, ioctls, Long.toString(time.allocated() >> 10)));
        try {
            row(IN_C, Taken.of(calls.nanos(rounds), 0), ioctls, "-");
        } catch (IOException unable) {
            out.println("not measured: " + IN_C + ": " + unable.getMessage());
        }
    }

    private void row(String way, Taken time, Taken ioctls, String allocated) {
        out.printf(
                Locale.ROOT,
                "%-32s %9.1f %13s %8s %8.1f %13s%n",
                way,
                time.median(),
                time.range(),
                ioctls == null ? "-" : String.format(Locale.ROOT, "%.2f", time.median() / ioctls.median()),
                time.first() / MILLI,
                allocated);
    }

    private void grow() throws Exception {
        out.printf(
                Locale.ROOT,
                "%n%-32s %9s %13s %13s %13s %13s%n",
                String.format(Locale.ROOT, "%,d threads and more mappings", AMONG_MAPPINGS),
                "mappings",
                "by ioctls ms",
                "low-high",
                "by smaps ms",
                "low-high");
        List<MappedPages> mappings = new ArrayList<>();
        for (int more : MAPPINGS) {
            while (mappings.size() * MAPPINGS_EACH < more) {
                mappings.add(MappedPages.stack(MappedPages.pageSize(), MappedPages.pageSize()));
            }
            growth(String.format(Locale.ROOT, "%,d more", more));
        }
        mappings.forEach(MappedPages::close);
        List<byte[]> heap = new ArrayList<>();
        for (int i = 0; i < HEAP_MEGABYTES; i++) {
            heap.add(new byte[MEGABYTE]);
        }
        growth(String.format(Locale.ROOT, "none, and %,d MiB of heap", heap.size()));
    }

    private void growth(String what) throws Exception {
        Map<String, Taken> taken = measure(ours());
        int maps = Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)
                .size();
        out.printf(Locale.ROOT, "%-32s %9d", what, maps);
        for (String way : List.of(BY_IOCTLS, BY_SMAPS)) {
            Taken time = taken.get(way);
            if (time == null) {
                out.printf(" %13s %13s", "-", "-");
            } else {
                out.printf(Locale.ROOT, " %13.1f %13s", time.median(), time.range());
            }
        }
        out.println();
    }

    private Map<String, Way> ours() {
        Map<String, Way> ways = new LinkedHashMap<>();
        try {
            StackSnapshot.byIoctl(Path.of("/proc/self"));
            ways.put(BY_IOCTLS, this::ioctls);
        } catch (LinuxException older) {
            out.println("not measured: by ioctls: " + older.getMessage());
        }
        ways.put(BY_SMAPS, () -> snapshot(StackSnapshot.ofSelf()));
        return ways;
    }

    private void ioctls() throws Exception {
        snapshot(StackSnapshot.byIoctl(Path.of("/proc/self")));
    }

    /** As the agent takes it, in which finding the threads is a part of it. It does not identify the native ones. */
    private void snapshot(StackSnapshot snapshot) throws Exception {
        ThreadSnapshot now = ThreadSnapshot.take(threads, others, allocated);
        snapshot.measure(now.all(), tid -> {
            LiveThreads.Live java = now.java().get(tid);
            return java == null ? tasks.contains(tid) : threads.lives(java);
        });
    }

    private static void smapsLines() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            lines.filter(line -> line.startsWith("Rss:")).count();
        }
    }

    /** A command of jcmd's, without its JVM and the way to this one; empty if this JVM has none of the name. */
    private static Optional<Way> diagnosticCommand(String command) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        String operation = Character.toLowerCase(command.charAt(0))
                + command.substring(1).replace(".m", "M").replace(".p", "P");
        boolean has = Arrays.stream(server.getMBeanInfo(commands).getOperations())
                .anyMatch(one -> one.getName().equals(operation));
        Object[] nothing = {new String[0]};
        String[] signature = {String[].class.getName()};
        return has ? Optional.of(() -> server.invoke(commands, operation, nothing, signature)) : Optional.empty();
    }

    /** All of them in turns, in a new thread, as the agent's is, whose first snapshot is the dearest. */
    private Map<String, Taken> measure(Map<String, Way> ways) throws Exception {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Callable<Map<String, Taken>> all = () -> {
            Map<String, long[]> nanos = new LinkedHashMap<>();
            Map<String, Long> allocated = new HashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (Map.Entry<String, Way> way : ways.entrySet()) {
                    long before = memory.getCurrentThreadAllocatedBytes();
                    long from = System.nanoTime();
                    way.getValue().run();
                    nanos.computeIfAbsent(way.getKey(), key -> new long[rounds])[round] = System.nanoTime() - from;
                    allocated.put(way.getKey(), memory.getCurrentThreadAllocatedBytes() - before);
                }
            }
            Map<String, Taken> taken = new LinkedHashMap<>();
            nanos.forEach((way, each) -> taken.put(way, Taken.of(each, allocated.get(way))));
            return taken;
        };
        FutureTask<Map<String, Taken>> task = new FutureTask<>(all);
        new Thread(task).start();
        return task.get();
    }

    /** The VM operations that stopped threads while snapshots were taken, from JFR's events. */
    private void stops() throws Exception {
        Path file = Files.createTempFile("clonetrace-bench", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecuteVMOperation").withoutThreshold();
            recording.start();
            for (int i = 0; i < rounds; i++) {
                ioctls();
            }
            recording.stop();
            recording.dump(file);
            Map<String, Long> operations = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getBoolean("safepoint"))
                    .collect(Collectors.groupingBy(event -> event.getString("operation"), Collectors.counting()));
            out.println("\noperations of the VM that stopped its threads during " + rounds + " snapshots by ioctls: "
                    + operations);
        } finally {
            Files.delete(file);
        }
    }
}
