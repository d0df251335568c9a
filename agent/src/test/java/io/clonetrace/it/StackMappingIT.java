package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.HeldStacks;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.StackTruth;
import io.clonetrace.it.truth.StackViews;
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

/**
 * The stacks of parked threads: what is recorded equals what HotSpot logs, accounts and maps, what glibc and /proc say,
 * and what the command line reads from outside.
 */
class StackMappingIT {
    private static final long CHECK_NANOS = 20_000_000;

    /** HotSpot's guard zone on x86-64: one red page, two yellow and one reserved, of 4 KiB. */
    private static final long GUARD_X86_64 = 16_384;

    static Stream<Arguments> jdksAndReaders() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of(Arguments.of(jdk, "500ms", "ioctl"), Arguments.of(jdk, "end", "fallback")));
    }

    @ParameterizedTest(name = "{0} stacks={1} {2}")
    @MethodSource("jdksAndReaders")
    void stackOfEachHeldThreadIsWhatOthersReport(Jdk jdk, String stacks, String reader) throws Exception {
        Path folder = Artifacts.folder("stacks-" + jdk + "-" + stacks);
        Path log = folder.resolve("threads.log");
        Path recording = folder.resolve("app.jfr");
        List<String> command = List.of(
                jdk.tool("java"),
                "-Xlog:os+thread=debug:file=" + log,
                "-XX:NativeMemoryTracking=detail",
                "-Xss600k",
                Artifacts.agent("source=none", "stacks=" + stacks, "stack-reader=" + reader, "record=" + recording),
                "-cp",
                Artifacts.TEST_CLASSES + ":" + Artifacts.HOST_LIBRARIES + "/*",
                HeldStacks.class.getName());
        try (Run run = Run.start(folder, "app", command)) {
            awaitReady(run);
            assumeTrue(
                    run.agentLines().stream().noneMatch(line -> line.contains("stack-reader=ioctl")),
                    () -> "this kernel lacks the ioctls");
            compareWhileNothingChanges(jdk, folder, run, log, reader);
            run.process().outputWriter().close();
            assertEquals(0, run.exitStatus(), run.stderr());
            assertEquals(List.of(), run.agentLines());
        }
        Recorded recorded = Recorded.read(recording);
        long ended = recorded.named("clonetrace.ThreadStack").stream()
                .filter(event -> event.getString("moment").equals("end")
                        && event.getString("name").startsWith("ended-"))
                .count();
        assertEquals(stacks.equals("end") ? HeldStacks.ENDED : 0, ended);
        assertTrue(recorded.status("stacks").getLong("seen") >= HeldStacks.HELD, recorded.status("stacks")::toString);
    }

    private static void compareWhileNothingChanges(Jdk jdk, Path folder, Run run, Path log, String reader)
            throws IOException, InterruptedException {
        long pid = run.process().pid();
        List<StackTruth> before;
        List<StackTruth> after = StackTruth.of(pid, log, "hold-");
        Map<Integer, RecordedEvent> snapshot;
        StackViews views;
        do {
            before = after;
            snapshot = snapshot(jdk, folder, pid, before);
            views = StackViews.of(jdk, folder, run, reader);
            after = StackTruth.of(pid, log, "hold-");
        } while (!before.equals(after));
        assertEquals(HeldStacks.HELD, after.size());
        assertEquals(HeldStacks.HELD, snapshot.size());
        for (StackTruth truth : after) {
            compare(truth, snapshot.get(truth.tid()));
            compare(views, truth, snapshot.get(truth.tid()));
        }
        long compared = after.stream().filter(truth -> truth.touched() > 0).count();
        assertTrue(compared > HeldStacks.HELD / 2, () -> "smaps shows only " + compared + " stacks apart from others");
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

    private static void compare(StackViews views, StackTruth truth, RecordedEvent event) {
        int tid = event.getInt("tid");
        long base = event.getLong("base");
        long reserved = event.getLong("reserved");
        long guard = event.getLong("guard");
        long touched = event.getLong("touched");
        // HotSpot asks glibc for no guard; its own zone lies within what glibc calls the stack.
        assertEquals(
                new StackViews.Sizes(base - reserved, reserved, 0),
                views.pthreads().get(tid),
                event::toString);
        // HotSpot commits its zone, which is never touched.
        assertEquals(
                new StackViews.Sizes(reserved, guard + touched, 0),
                views.nativeMemory().get(base),
                event::toString);
        if (!views.systemMap().isEmpty()) {
            StackViews.Sizes found = views.systemMap().get(tid);
            // It reports whole mappings, and the kernel joins the guard with what others reserved below it.
            long below = Math.max(0, found.first() - reserved);
            assertEquals(new StackViews.Sizes(reserved + below, guard + below, touched), found, event::toString);
        }
        Map<String, Long> outside = views.outside().get(tid);
        if (truth.touched() < 0 && outside.get("guard") < 0) {
            // The kernel shows the zone and what lies below it as one mapping, which can't be divided from outside.
            assertEquals(reserved - guard, outside.get("reserved"), event::toString);
        } else {
            assertEquals(guard, outside.get("guard"), event::toString);
            assertEquals(reserved, outside.get("reserved"), event::toString);
        }
        for (String field : List.of("threadId", "base", "touched", "huge", "depth")) {
            assertEquals(event.getLong(field), outside.get(field), () -> field + " of " + event);
        }
    }

    /** A snapshot of these threads newer than this call, by tid. A dump makes the snapshot of stacks=end. */
    private static Map<Integer, RecordedEvent> snapshot(Jdk jdk, Path folder, long pid, List<StackTruth> threads)
            throws IOException, InterruptedException {
        long since = System.currentTimeMillis();
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
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
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        while (run.stdout().lines().noneMatch("ready"::equals)) {
            if (!run.process().isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError("not ready; see " + run.out() + " and " + run.err());
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
