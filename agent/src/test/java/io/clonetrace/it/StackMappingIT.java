package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The stacks of threads that hold still: the recording, HotSpot's own log and /proc read from outside are equal. */
class StackMappingIT {
    private static final int THREADS = 29;
    private static final long DEADLINE_NANOS = 60_000_000_000L;
    private static final long CHECK_NANOS = 20_000_000;

    /** What HotSpot protects on x86-64: one red page, two yellow and one reserved of 4 KiB. */
    private static final long GUARD_X86_64 = 16_384;

    static Stream<Arguments> jdksAndMoments() {
        return Jdk.all().flatMap(jdk -> Stream.of("500ms", "end").map(stacks -> Arguments.of(jdk, stacks)));
    }

    @ParameterizedTest(name = "{0} stacks={1}")
    @MethodSource("jdksAndMoments")
    void eachHeldThread(Jdk jdk, String stacks) throws Exception {
        Path folder = Artifacts.folder("stacks-" + jdk + "-" + stacks);
        Path log = folder.resolve("threads.log");
        List<String> command = List.of(
                jdk.tool("java"),
                "-Xlog:os+thread=debug:file=" + log,
                Artifacts.agent("source=none", "stacks=" + stacks, "record=" + folder.resolve("app.jfr")),
                "-jar",
                Artifacts.DEMO.toString(),
                "--only",
                "stack-sizes",
                "--hold",
                "--threads",
                "" + THREADS);
        try (Run run = Run.start(folder, "app", command)) {
            awaitReady(run);
            compareWhileNothingChanges(jdk, folder, run.process().pid(), log);
            run.process().outputWriter().close();
            assertEquals(0, run.exitStatus(), run.stderr());
            assertEquals(List.of(), run.agentLines());
        }
    }

    private static void compareWhileNothingChanges(Jdk jdk, Path folder, long pid, Path log)
            throws IOException, InterruptedException {
        List<StackTruth> before;
        List<StackTruth> after = StackTruth.of(pid, log, "hold-");
        Map<Integer, RecordedEvent> snapshot;
        do {
            before = after;
            snapshot = snapshot(jdk, folder, pid, before);
            after = StackTruth.of(pid, log, "hold-");
        } while (!before.equals(after));
        assertEquals(THREADS, after.size());
        assertEquals(THREADS, snapshot.size());
        for (StackTruth truth : after) {
            compare(truth, snapshot.get(truth.tid()));
        }
        long compared = after.stream().filter(truth -> truth.touched() > 0).count();
        assertTrue(compared > THREADS / 2, () -> "smaps shows only " + compared + " stacks apart from others");
    }

    private static void compare(StackTruth truth, RecordedEvent event) {
        assertEquals(truth.name(), event.getString("name"));
        assertEquals("java", event.getString("kind"), event::toString);
        assertEquals(event.getLong("threadId"), event.getThread("thread").getJavaThreadId(), event::toString);
        assertEquals(truth.base(), event.getLong("base"), event::toString);
        assertEquals(truth.base() - truth.low(), event.getLong("reserved"), event::toString);
        assertEquals(truth.guard(), event.getLong("guard"), event::toString);
        if (System.getProperty("os.arch").equals("amd64")) {
            assertEquals(GUARD_X86_64, event.getLong("guard"), event::toString);
        }
        if (truth.touched() >= 0) {
            assertEquals(truth.touched(), event.getLong("touched"), event::toString);
        }
    }

    /** A snapshot of these threads that is newer than this call, by tid. A dump makes the snapshot of stacks=end. */
    private static Map<Integer, RecordedEvent> snapshot(Jdk jdk, Path folder, long pid, List<StackTruth> threads)
            throws IOException, InterruptedException {
        long since = System.currentTimeMillis();
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        List<Integer> tids = threads.stream().map(StackTruth::tid).toList();
        for (int dump = 1; System.nanoTime() - deadline < 0; dump++) {
            Path file = folder.resolve("dump-" + dump + ".jfr");
            String argument = "filename=" + file;
            Run jcmd = Run.toEnd(
                    folder, "jcmd", List.of(jdk.tool("jcmd"), "" + pid, "JFR.dump", "name=clonetrace", argument));
            assertEquals(0, jcmd.exitStatus(), jcmd.stdout());
            Map<Integer, RecordedEvent> snapshot = new TreeMap<>();
            for (RecordedEvent event : Recorded.read(file).named("clonetrace.ThreadStack")) {
                if (tids.contains(event.getInt("tid")) && event.getStartTime().toEpochMilli() >= since) {
                    snapshot.put(event.getInt("tid"), event);
                }
            }
            if (snapshot.size() == tids.size()) {
                return snapshot;
            }
        }
        throw new AssertionError("no snapshot; see " + folder);
    }

    private static void awaitReady(Run run) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (run.stdout().lines().noneMatch("ready"::equals)) {
            if (!run.process().isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError("not ready; see " + run.out() + " and " + run.err());
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
