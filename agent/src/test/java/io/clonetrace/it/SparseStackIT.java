package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.SparseFrames;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.StackViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Java threads whose native code reserves far more stack than it touches. The native code itself prints how deep it
 * reached. Advice based on touched pages would kill such a program.
 */
class SparseStackIT {
    private static final Path SOURCE = Path.of("src/test/c/sparse_frame.c");
    private static final long CHECK_NANOS = 20_000_000;
    private static final long PAGE = 4096;
    private static final long KILO = 1024;
    private static final int THREADS = 151;

    private static final Pattern FITTING = Pattern.compile("\"fitting\": (\\d+)");

    static Stream<Arguments> jdksAndReaders() {
        return Jdk.underTest().flatMap(jdk -> Stream.of("ioctl", "fallback").map(reader -> Arguments.of(jdk, reader)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("jdksAndReaders")
    void depthIsWhatTheNativeCodeReached(Jdk jdk, String reader) throws Exception {
        Path folder = Artifacts.folder("sparse-" + jdk + "-" + reader);
        Path recording = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=none", "stack-reader=" + reader, "record=" + recording);
        Map<Integer, Long> lowest;
        Map<Integer, Map<String, Long>> outside;
        try (Run run = Run.start(folder, "app", command(jdk, folder, List.of(agent), 700 * KILO))) {
            lowest = awaitReady(run);
            assumeTrue(
                    run.agentLines().stream().noneMatch(line -> line.contains("stack-reader=ioctl")),
                    () -> "this kernel lacks the ioctls");
            outside = StackViews.outside(stacks(jdk, folder, run, "--json", "--stack-reader=" + reader));
            String table = stacks(jdk, folder, run, "--sort=depth", "--top=1");
            assertTrue(
                    Pattern.compile("(?m)^sparse-\\d+ .* 7[0-9]{2} ")
                            .matcher(table)
                            .find(),
                    table);
            run.process().outputWriter().close();
            assertEquals(0, run.exitStatus(), run.stderr());
        }
        Map<Integer, RecordedEvent> ends = new TreeMap<>();
        for (RecordedEvent event :
                Recorded.of(recording, "clonetrace.ThreadStack").all()) {
            if (event.getString("moment").equals("end")
                    && event.getString("name").startsWith("sparse-")) {
                ends.put(event.getInt("tid"), event);
            }
        }
        assertEquals(THREADS, lowest.size());
        assertEquals(lowest.keySet(), ends.keySet());
        lowest.forEach((tid, address) -> {
            RecordedEvent event = ends.get(tid);
            long depth = event.getLong("base") - address / PAGE * PAGE;
            assertEquals(depth, event.getLong("depth"), event::toString);
            assertTrue(event.getLong("touched") < depth / 2, event::toString);
            assertEquals(depth, outside.get(tid).get("depth"), () -> outside.get(tid) + " " + event);
        });

        Run report =
                Run.toEnd(folder, "report", Commands.clonetrace(jdk, "report", recording.toString(), "--json", "-"));
        assertEquals(0, report.exitStatus(), report.stderr());
        assertFalse(report.stdout().contains("stacks-oversized"), report.stdout());
    }

    /** Following the advice, the program runs, compiled and interpreted. */
    @Test
    void followingTheAdviceIsSafe() throws Exception {
        Jdk jdk = Jdk.underTest().findFirst().orElseThrow();
        Path folder = Artifacts.folder("sparse-advice");
        Path recording = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=none", "record=" + recording);
        assertEquals(0, toEnd(folder, "app", command(jdk, folder, List.of(agent), 100 * KILO, "exit")));
        Run report =
                Run.toEnd(folder, "report", Commands.clonetrace(jdk, "report", recording.toString(), "--json", "-"));
        Matcher advice = FITTING.matcher(report.stdout());
        assertTrue(advice.find(), report.stdout());
        String size = "-Xss" + advice.group(1);
        for (List<String> options : List.of(List.of(size), List.of(size, "-Xint"), List.of(size, agent))) {
            assertEquals(
                    0, toEnd(folder, "advised", command(jdk, folder, options, 100 * KILO, "exit")), options::toString);
        }
    }

    private static int toEnd(Path folder, String name, List<String> command) throws Exception {
        try (Run run = Run.start(folder, name, command)) {
            awaitReady(run);
            run.process().outputWriter().close();
            return run.exitStatus();
        }
    }

    private static String stacks(Jdk jdk, Path folder, Run app, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                Commands.clonetrace(jdk, "stacks", "" + app.process().pid()));
        command.addAll(List.of(options));
        Run run = Run.toEnd(folder, "stacks", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        return run.stdout();
    }

    private static List<String> command(Jdk jdk, Path folder, List<String> options, long bytes, String... more)
            throws Exception {
        Path library = folder.resolve("libsparse_frame.so");
        if (!Files.exists(library)) {
            assumeTrue(
                    Run.toEnd(folder, "which", List.of("sh", "-c", "command -v cc"))
                                    .exitStatus()
                            == 0,
                    "no C compiler (cc)");
            // Some distributions' compilers touch each page of a large frame.
            Run cc = Run.toEnd(
                    folder,
                    "cc",
                    List.of(
                            "cc",
                            "-O2",
                            "-fno-stack-clash-protection",
                            "-shared",
                            "-fPIC",
                            "-o",
                            library.toString(),
                            SOURCE.toAbsolutePath().toString()));
            assertEquals(0, cc.exitStatus(), cc.stderr());
        }
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(options);
        command.addAll(List.of(
                "-cp", Artifacts.TEST_CLASSES + ":" + Artifacts.HOST_LIBRARIES + "/*", SparseFrames.class.getName()));
        command.addAll(List.of(library.toString(), "" + THREADS, "" + bytes));
        command.addAll(List.of(more));
        return command;
    }

    /** The addresses of the touched bytes, by tid. */
    private static Map<Integer, Long> awaitReady(Run run) throws IOException {
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        while (run.stdout().lines().noneMatch("ready"::equals)) {
            if (!run.process().isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError("not ready; see " + run.out() + " and " + run.err());
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
        Map<Integer, Long> lowest = new TreeMap<>();
        run.stdout()
                .lines()
                .map(line -> line.split(" "))
                .filter(line -> line[0].startsWith("sparse-"))
                .forEach(line -> lowest.put(Integer.valueOf(line[1]), Long.valueOf(line[2])));
        return lowest;
    }
}
