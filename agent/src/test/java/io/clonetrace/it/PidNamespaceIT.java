package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.HeldThreads;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.DoctorRun;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The source ebpf and a JVM in a pid namespace of its own, seen from the host and from within. */
class PidNamespaceIT {
    private static final int THREADS = 1009;
    private static final long CHECK_NANOS = 5_000_000;
    private static final Pattern CLONE = Pattern.compile("(\\d+) +\\d+\\.\\d+ clone3?\\(.* = (\\d+)");
    private static final Pattern INSIDE = Pattern.compile("# inside: (\\d+)=(\\d+) (\\d+)=(\\d+)");

    private static Path folder(String name, Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        assumeTrue(Files.exists(Path.of("/sys/kernel/btf/vmlinux")), "a kernel without BTF");
        return OrdinaryUser.folder(name + jdk, jdk);
    }

    private static List<String> inNamespace(List<String> java) {
        List<String> command = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"));
        command.addAll(java);
        return command;
    }

    private static List<String> java(Jdk jdk, String... options) {
        List<String> all = new ArrayList<>(List.of("-Xss256k"));
        all.addAll(List.of(options));
        return Commands.host(jdk, all, HeldThreads.class, "" + THREADS);
    }

    /** Both tids of each thread, by two observers outside, are those that the kernel reports in /proc. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void hostSeesBothTidsOfEachThread(Jdk jdk) throws Exception {
        Path folder = folder("pid-namespace-host-", jdk);
        Path trace = folder.resolve("trace.txt");
        Path recording = folder.resolve("app.jfr");
        try (Run app = Run.start(folder, "app", inNamespace(OrdinaryUser.command(java(jdk))))) {
            awaitLine(app, "ready");
            String jvm = "" + app.process().children().findFirst().orElseThrow().pid();
            try (Run tracing = Run.start(
                            folder,
                            "trace",
                            Commands.clonetrace(jdk, "trace", "--source", "ebpf", "-p", jvm, "-o", trace.toString()));
                    Run attach = Run.start(
                            folder,
                            "attach",
                            Commands.clonetrace(jdk, "attach", jvm, "source=ebpf", "record=" + recording))) {
                awaitError(attach, "ebpf runs in this process until JVM " + jvm + " ends");
                while (!Files.exists(trace) || Files.size(trace) == 0) {
                    assertTrue(tracing.process().isAlive(), tracing.stderr());
                    LockSupport.parkNanos(CHECK_NANOS);
                }
                Application.tell(app, 1);
                awaitLine(app, "started " + THREADS);
                Map<Integer, Integer> inside = tidsInside(Path.of("/proc/" + jvm + "/task"));
                Run detach = Run.toEnd(folder, "detach", Commands.clonetrace(jdk, "detach", jvm));
                assertEquals(0, detach.exitStatus(), detach.stderr());
                assertEquals(0, attach.exitStatus(), attach.stderr());
                app.process().outputWriter().close();
                assertEquals(0, app.exitStatus(), app.stderr());
                assertEquals(0, tracing.exitStatus(), tracing.stderr());
                Set<Integer> started = assertRecorded(Recorded.read(recording), inside);
                assertTraced(Files.readAllLines(trace), inside, started);
            }
        }
    }

    /** The recording has the tids of the JVM's own namespace; returns those of the threads that the test started. */
    private static Set<Integer> assertRecorded(Recorded recorded, Map<Integer, Integer> inside) {
        List<RecordedEvent> clones = Started.of(recorded.clones("java"));
        assertEquals(THREADS, clones.size());
        Set<Integer> tids =
                clones.stream().map(clone -> (int) clone.getLong("childTid")).collect(Collectors.toSet());
        assertEquals(THREADS, tids.size());
        assertTrue(inside.values().containsAll(tids), () -> tids + " are not all in " + inside);
        Set<Long> callers =
                clones.stream().map(clone -> clone.getLong("parentTid")).collect(Collectors.toSet());
        assertEquals(1, callers.size());
        assertTrue(inside.containsValue(callers.iterator().next().intValue()), callers::toString);
        assertEquals("stopped", recorded.status("ebpf").getString("state"));
        assertEquals(0, recorded.status("ebpf").getLong("lost"));
        return tids;
    }

    /** The trace has both tids of each task. */
    private static void assertTraced(List<String> lines, Map<Integer, Integer> inside, Set<Integer> started) {
        Map<Integer, Integer> traced = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher clone = CLONE.matcher(lines.get(i));
            if (clone.matches()) {
                Matcher tids = INSIDE.matcher(lines.get(i + 1));
                assertTrue(tids.matches(), lines.get(i + 1));
                assertEquals(clone.group(1), tids.group(1));
                assertEquals(clone.group(2), tids.group(3));
                traced.put(Integer.valueOf(tids.group(3)), Integer.valueOf(tids.group(4)));
                Integer caller = inside.get(Integer.valueOf(tids.group(1)));
                assertTrue(caller == null || caller.equals(Integer.valueOf(tids.group(2))), lines.get(i + 1));
            }
        }
        Map<Integer, Integer> expected = new HashMap<>(inside);
        expected.values().retainAll(started);
        assertEquals(THREADS, expected.size());
        Set<Map.Entry<Integer, Integer>> missing = new HashSet<>(expected.entrySet());
        missing.removeAll(traced.entrySet());
        assertEquals(Set.of(), missing);
    }

    /** Of each live thread, the tid here and that in its own namespace, as the kernel reports them. */
    private static Map<Integer, Integer> tidsInside(Path tasks) throws IOException {
        Map<Integer, Integer> tids = new HashMap<>();
        try (Stream<Path> all = Files.list(tasks)) {
            for (Path task : all.toList()) {
                for (String line : Files.readAllLines(task.resolve("status"))) {
                    if (line.startsWith("NSpid:")) {
                        String[] numbers = line.split("\\s+");
                        tids.put(Integer.valueOf(numbers[1]), Integer.valueOf(numbers[2]));
                    }
                }
            }
        }
        return tids;
    }

    /** The observer's end is noticed though its pid means nothing in the JVM's namespace. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void killedObserverIsReportedAsLost(Jdk jdk) throws Exception {
        Path folder = folder("pid-namespace-killed-", jdk);
        Path recording = folder.resolve("app.jfr");
        try (Run app = Run.start(folder, "app", inNamespace(OrdinaryUser.command(java(jdk))))) {
            awaitLine(app, "ready");
            String jvm = "" + app.process().children().findFirst().orElseThrow().pid();
            Run attach = Run.start(
                    folder, "attach", Commands.clonetrace(jdk, "attach", jvm, "source=ebpf", "record=" + recording));
            awaitError(attach, "ebpf runs in this process until JVM " + jvm + " ends");
            attach.process().destroyForcibly().waitFor();
            awaitError(app, "clone flags are not observed any more");
            app.process().outputWriter().close();
            assertEquals(0, app.exitStatus(), app.stderr());
        }
        RecordedEvent status = Recorded.read(recording).status("ebpf");
        assertEquals("lost", status.getString("state"));
        assertTrue(status.getString("reason").contains("ended while the JVM runs"), status::toString);
    }

    /** With the capabilities, in the namespace itself. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void agentWithinTheNamespaceSeesEachThread(Jdk jdk) throws Exception {
        Path folder = folder("pid-namespace-within-", jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> java = java(jdk, Artifacts.agent("source=ebpf", Run.WAIT, "record=" + recording));
        assertHeld(folder, inNamespace(java), recording);
    }

    /** A namespace below the one in which the observer runs, which itself is not the machine's. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void runSeesTheJvmInTheNamespaceThatItsCommandMakes(Jdk jdk) throws Exception {
        Path folder = folder("pid-namespace-run-", jdk);
        Path recording = folder.resolve("outer.jfr");
        String[] options = {"run", "--source", "ebpf", "--record", recording.toString(), "--"};
        List<String> run = new ArrayList<>(Commands.clonetrace(jdk, options));
        run.addAll(inNamespace(java(jdk)));
        assertHeld(folder, run, recording);
        Path inner = folder.resolve("inner.jfr");
        List<String> nested = new ArrayList<>(run);
        nested.set(nested.indexOf(recording.toString()), inner.toString());
        assertHeld(folder, inNamespace(nested), inner);
    }

    private static void assertHeld(Path folder, List<String> command, Path recording) throws Exception {
        try (Run app = Run.start(folder, recording.getFileName().toString(), command)) {
            awaitLine(app, "ready");
            Application.tell(app, 1);
            awaitLine(app, "started " + THREADS);
            app.process().outputWriter().close();
            assertEquals(0, app.exitStatus(), app.stderr());
        }
        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> clones = Started.of(recorded.clones("java"));
        assertEquals(THREADS, clones.size());
        assertEquals(
                Set.of("ebpf"),
                clones.stream().map(clone -> clone.getString("source")).collect(Collectors.toSet()));
        assertEquals(0, recorded.status("ebpf").getLong("lost"));
    }

    /** The tracepoint of tracefs has the machine's tids only. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void otherSourcesOutsideAreRefused(Jdk jdk) throws Exception {
        Path folder = folder("pid-namespace-refused-", jdk);
        try (Run app = Run.start(folder, "app", inNamespace(OrdinaryUser.command(java(jdk))))) {
            awaitLine(app, "ready");
            String jvm = "" + app.process().children().findFirst().orElseThrow().pid();
            Run attach = Run.toEnd(folder, "attach", Commands.clonetrace(jdk, "attach", jvm, "source=tracefs"));
            OneLine.said(attach, "tracefs from outside reports pids of this namespace");
            DoctorRun.of(folder, jdk, List.of(), jvm)
                    .yes("ebpf")
                    .no("tracefs", "is in another pid namespace")
                    .ends("-> clonetrace attach " + jvm);
            app.process().outputWriter().close();
            assertEquals(0, app.exitStatus(), app.stderr());
        }
    }

    private static void awaitLine(Run run, String line) throws IOException {
        while (run.stdout().lines().noneMatch(line::equals)) {
            assertTrue(run.process().isAlive(), run.stderr());
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    private static void awaitError(Run run, String part) throws IOException {
        while (!run.stderr().contains(part)) {
            assertTrue(run.process().isAlive(), run.stderr());
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
