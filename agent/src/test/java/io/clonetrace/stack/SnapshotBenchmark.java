package io.clonetrace.stack;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Prints what a snapshot of many live threads costs in time and memory, in each way, beside reading smaps and doing
 * nothing else. Run with the test classes and the libraries on the class path: {@code SnapshotBenchmark 10000}.
 */
final class SnapshotBenchmark {
    private static final int ROUNDS = 7;

    private SnapshotBenchmark() {}

    private interface Step {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        try (ParkedThreads parked = ParkedThreads.start(count, 1 << 20, 100)) {
            List<ThreadToMeasure> threads = parked.threads();
            StackSnapshot ioctl = StackSnapshot.byIoctl(Path.of("/proc/self"));
            StackSnapshot smaps = StackSnapshot.ofSelf();
            for (int round = 1; round <= ROUNDS; round++) {
                time(round, "ioctl snapshot", () -> ioctl.measure(threads));
                time(round, "smaps snapshot", () -> smaps.measure(threads));
                time(
                        round,
                        "reading smaps alone",
                        () -> Files.newInputStream(Path.of("/proc/self/smaps")).readAllBytes());
            }
            if (!ioctl.measure(threads).equals(smaps.measure(threads))) {
                System.out.println("the two ways differ");
            }
        }
    }

    private static void time(int round, String what, Step step) throws Exception {
        var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = memory.getCurrentThreadAllocatedBytes();
        long from = System.nanoTime();
        step.run();
        long micros = (System.nanoTime() - from) / 1000;
        long bytes = memory.getCurrentThreadAllocatedBytes() - allocated;
        System.out.printf("%d %-20s %,9d us, %,12d bytes allocated%n", round, what, micros, bytes);
    }
}
