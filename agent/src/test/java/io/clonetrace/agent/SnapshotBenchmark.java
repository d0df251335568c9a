package io.clonetrace.agent;

import com.sun.management.ThreadMXBean;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.MappedPages;
import io.clonetrace.linux.NativeAccess;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

/**
 * What a snapshot of many live threads costs, in each way, and what it does not depend on. No test: run by
 * scripts/bench-stacks.sh, which prints the file that this writes.
 */
class SnapshotBenchmark {
    private static final int THREADS = Integer.getInteger("clonetrace.bench.threads", 10_000);
    private static final Path OUT = Path.of(System.getProperty("clonetrace.bench.out", "target/bench-stacks.txt"));
    private static final int ROUNDS = 9;
    private static final int MAPPINGS = 15_000;
    private static final int MEGABYTE = 1 << 20;
    private static final long HEAP_MEGABYTES =
            Math.min(1_024, Runtime.getRuntime().maxMemory() / MEGABYTE / 2);
    private static final long MICRO = 1_000;
    private static final long PAUSE_MILLIS = 200;

    private final ThreadFields fields = new ThreadFields();
    private final List<MappedPages> mappings = new ArrayList<>();
    private final List<byte[]> heap = new ArrayList<>();
    private LiveThreads threads;
    private PrintWriter out;

    SnapshotBenchmark() throws ReflectiveOperationException {}

    /** One way to do it; answers how many stacks it measured. */
    private interface Way {
        int run() throws Exception;
    }

    @Test
    void run() throws Exception {
        FutureTask<NativeAccess> opening =
                new FutureTask<>(() -> NativeAccess.open(() -> fields.eetop(Thread.currentThread())));
        new Thread(opening).start();
        threads = new LiveThreads(fields, opening.get(), new JfrState(() -> {}));
        try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(OUT, StandardCharsets.UTF_8))) {
            out = writer;
            out.println("a snapshot                    threads mappings  first ms  median ms  allocated KiB");
            Parked half = Parked.start(THREADS / 2);
            Parked most = Parked.start(THREADS * 2 / 5);
            Parked rest = Parked.start(THREADS / 10);
            rows("");
            row("smaps read as lines", SnapshotBenchmark::smapsLines);
            for (int i = 0; i < MAPPINGS; i++) {
                mappings.add(MappedPages.stack(MappedPages.pageSize(), MappedPages.pageSize()));
            }
            rows(", more mappings");
            for (int i = 0; i < HEAP_MEGABYTES; i++) {
                heap.add(new byte[MEGABYTE]);
            }
            rows(", and heap");
            mappings.forEach(MappedPages::close);
            heap.clear();
            half.stop();
            row("by ioctls, half of them", this::ioctls);
            most.stop();
            row("by ioctls, a tenth", this::ioctls);
            out.println("heap: " + HEAP_MEGABYTES + " MiB more of it in use");
            stops();
            rest.stop();
        }
    }

    private void rows(String more) throws Exception {
        row("by ioctls" + more, this::ioctls);
        row("by smaps" + more, () -> snapshot(StackSnapshot.ofSelf()));
    }

    /** Threads that wait for their end. */
    private record Parked(List<Thread> threads, CountDownLatch end) {
        static Parked start(int count) throws InterruptedException {
            Parked parked = new Parked(new ArrayList<>(), new CountDownLatch(1));
            CountDownLatch ready = new CountDownLatch(count);
            for (int i = 0; i < count; i++) {
                Thread thread = new Thread(() -> {
                    ready.countDown();
                    try {
                        parked.end.await();
                    } catch (InterruptedException ends) {
                        // It ends.
                    }
                });
                thread.setDaemon(true);
                parked.threads.add(thread);
                thread.start();
            }
            ready.await();
            return parked;
        }

        void stop() throws IOException, InterruptedException {
            end.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            // The kernel takes longer than Java to end them.
            TaskList tasks = TaskList.ofSelf();
            for (int before = Integer.MAX_VALUE, now; (now = tasks.tids().length) < before; before = now) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private int ioctls() throws Exception {
        try {
            return snapshot(StackSnapshot.byIoctl(Path.of("/proc/self")));
        } catch (LinuxException older) {
            return 0;
        }
    }

    /** As the agent takes it: finding the threads is a part of it. */
    private int snapshot(StackSnapshot snapshot) throws Exception {
        TaskList tasks = TaskList.ofSelf();
        Map<Integer, LiveThreads.Live> java = new HashMap<>();
        List<ThreadToMeasure> all = new ArrayList<>();
        for (LiveThreads.Live live : threads.all()) {
            java.put(live.os().tid(), live);
            all.add(new ThreadToMeasure(
                    live.os().tid(), live.os().stackBase(), live.os().stackSize()));
        }
        Arrays.stream(tasks.tids())
                .filter(tid -> !java.containsKey(tid))
                .mapToObj(ThreadToMeasure::of)
                .forEach(all::add);
        List<StackMeasure> measures = snapshot.measure(
                all, tid -> java.containsKey(tid) ? threads.lives(java.get(tid)) : tasks.contains(tid));
        return measures.size();
    }

    private static int smapsLines() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            return (int) lines.filter(line -> line.startsWith("Rss:")).count();
        }
    }

    private void row(String what, Way way) throws Exception {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // In a new thread, as the agent's is, whose first snapshot is the dearest.
        Callable<long[]> rounds = () -> {
            long[] micros = new long[ROUNDS + 1];
            for (int i = 0; i < ROUNDS; i++) {
                long allocated = memory.getCurrentThreadAllocatedBytes();
                long from = System.nanoTime();
                way.run();
                micros[i] = (System.nanoTime() - from) / MICRO;
                micros[ROUNDS] = memory.getCurrentThreadAllocatedBytes() - allocated;
            }
            return micros;
        };
        FutureTask<long[]> task = new FutureTask<>(rounds);
        new Thread(task).start();
        long[] micros = task.get();
        long first = micros[0];
        long bytes = micros[ROUNDS];
        long[] sorted = Arrays.stream(micros, 0, ROUNDS).sorted().toArray();
        int maps = Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)
                .size();
        out.printf(
                "%-30s%7d %8d %9.1f %10.1f %14d%n",
                what,
                TaskList.ofSelf().tids().length,
                maps,
                first / (double) MICRO,
                sorted[ROUNDS / 2] / (double) MICRO,
                bytes >> 10);
        out.flush();
    }

    /** What the VM stopped its threads for while snapshots were taken: JFR tells of each operation that does. */
    private void stops() throws Exception {
        Path file = Files.createTempFile("clonetrace-bench", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecuteVMOperation").withoutThreshold();
            recording.start();
            for (int i = 0; i < ROUNDS; i++) {
                ioctls();
            }
            recording.stop();
            recording.dump(file);
            Map<String, Long> operations = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getBoolean("safepoint"))
                    .collect(Collectors.groupingBy(event -> event.getString("operation"), Collectors.counting()));
            out.println("operations of the VM that stopped its threads during " + ROUNDS + " snapshots: " + operations);
        } finally {
            Files.delete(file);
        }
    }
}
