package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TracefsInstances;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sources that use the kernel's own tracing: ebpf and tracefs. */
class KernelSourcesIT {
    private static final int SCENARIOS = 5;
    private static final int THREADS = 1_009;
    private static final int MEANWHILE = 20_011;
    private static final long CHECK_NANOS = 5_000_000;

    static Stream<Object[]> jdksAndSources() {
        return Jdk.underTest().flatMap(jdk -> Stream.of(new Object[] {jdk, "ebpf"}, new Object[] {jdk, "tracefs"}));
    }

    private static List<String> demo(Jdk jdk, String... options) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", Artifacts.DEMO.toString(), "--threads", "" + THREADS));
        // A few scenarios that make threads in different ways.
        command.addAll(List.of("--only", "plain,stack-sizes,factory-pool,process,names"));
        command.addAll(List.of("--processes", "" + DemoTruth.PROCESSES, "--creators", "8"));
        return command;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void recordingIsCompleteInTheJvmItself(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("kernel-" + source + "-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(
                folder, "app", demo(jdk, Artifacts.agent("source=" + source, Run.WAIT, "record=" + recording)));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        DemoTruth.compare(run.stdout(), recorded, SCENARIOS);
        RecordedEvent status = recorded.status(source);
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
    }

    /** The JVM has none of root's rights: the source stays on root's side and only lines reach the JVM. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void recordingIsCompleteForAnotherUsersJvm(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = OrdinaryUser.folder("kernel-other-user-" + source + "-" + jdk, jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> command = Commands.clonetrace(jdk, "run");
        command.addAll(List.of("--user", "nobody", "--source", source, "--record", recording.toString(), "--"));
        command.addAll(demo(jdk));
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("nobody", Files.getOwner(recording).getName());
        Recorded recorded = Recorded.read(recording);
        DemoTruth.compare(run.stdout(), recorded, SCENARIOS);
        assertEquals("stopped", recorded.status(source).getString("state"));
        assertEquals(0, recorded.status(source).getLong("lost"));
        assertEquals(
                1,
                recorded.clones("java").stream()
                        .filter(clone -> "main".equals(clone.getString("childName")))
                        .count());
    }

    /** Without {@code run}: root traces a running process, and the agent in it reads the lines. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void agentReadsTheLinesOfATraceByRoot(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = OrdinaryUser.folder("kernel-lines-" + source + "-" + jdk, jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        Path lines = Files.createFile(folder.resolve("app.trace"));
        List<String> java = application.java(Artifacts.agent("source=strace:" + lines, "record=" + recording));
        Run run = Run.start(folder, "app", OrdinaryUser.command(java));
        List<String> command = Commands.clonetrace(jdk, "trace");
        command.addAll(List.of(
                "--source",
                source,
                "-o",
                lines.toString(),
                "-p",
                "" + run.process().pid()));
        try (run) {
            Application.tell(run, 7);
            Application.awaitStarted(run, 7);
            Run trace = Run.start(folder, "trace", command);
            try (trace) {
                while (trace.process().isAlive() && Files.size(lines) == 0) {
                    LockSupport.parkNanos(CHECK_NANOS);
                }
                Application.tell(run, 101);
                Application.end(run);
                assertEquals(0, trace.exitStatus(), trace.stderr());
                OneLine.said(trace, " clones seen, 0 lost");
            }
        }
        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> clones = Started.of(recorded.clones("java"));
        assertEquals(101, clones.size());
        for (RecordedEvent clone : clones) {
            assertEquals(source, clone.getString("source"));
            assertTrue(clone.getLong("kernelTime") > 0, clone::toString);
        }
    }

    /** The observing process can be killed: the JVM goes on, and its recording says when observation ended. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void jvmGoesOnWhenRootsSideIsKilled(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = OrdinaryUser.folder("kernel-side-killed-" + source + "-" + jdk, jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        List<String> command = Commands.clonetrace(jdk, "run");
        command.addAll(List.of("--user", "nobody", "--source", source, "--record", recording.toString(), "--"));
        command.addAll(application.java());
        Run run = Run.start(folder, "app", command);
        long side = run.process().pid();
        try (run) {
            Application.tell(run, 211);
            Application.awaitStarted(run, 211);
            ProcessHandle jvm = run.process().descendants().findFirst().orElseThrow();
            assertEquals("nobody", Files.getOwner(Path.of("/proc/" + jvm.pid())).getName());
            onlyItsUserCanOpen(pipe(side, jvm.pid()));
            assertEquals(
                    source.equals("tracefs") ? 2 : 0, TracefsInstances.of(side).size());
            awaitRecorded(jdk, folder, jvm.pid(), 211);
            // The test can write to the JVM only while root's side lives.
            Application.tell(run, MEANWHILE);
            run.process().outputWriter().close();
            run.process().toHandle().destroyForcibly();
            jvm.onExit().get();
        }
        assertTrue(run.stdout().contains("started " + (211 + MEANWHILE)), run.stdout());
        OneLine.said(run, "clone flags are not observed any more");
        Recorded recorded = Recorded.read(recording);
        assertEquals(211 + MEANWHILE, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals("lost", recorded.status(source).getString("state"));
        List<RecordedEvent> clones = Started.of(recorded.clones("java"));
        assertTrue(clones.size() >= 211, () -> clones.size() + " clones");
        clones.forEach(clone -> assertEquals(source, clone.getString("source")));
    }

    /** Waits until the recording holds the clones seen from outside: root's side may not have run since. */
    private static void awaitRecorded(Jdk jdk, Path folder, long jvm, int clones) throws Exception {
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        Path dump = Files.createDirectory(folder.resolve("dump"));
        Files.setAttribute(dump, "unix:uid", Files.getAttribute(folder, "unix:uid"));
        for (int i = 1; System.nanoTime() - deadline < 0; i++) {
            Path file = dump.resolve(i + ".jfr");
            Run jcmd = Run.toEnd(
                    folder,
                    "jcmd",
                    List.of(jdk.tool("jcmd"), "" + jvm, "JFR.dump", "name=clonetrace", "filename=" + file));
            assertEquals(0, jcmd.exitStatus(), jcmd.stdout());
            if (Started.count(Recorded.of(file, "clonetrace.Clone").clones("java")) >= clones) {
                return;
            }
        }
        throw new AssertionError("the clones did not come; see " + dump);
    }

    private static Path pipe(long side, long jvm) throws IOException {
        String namespace =
                Files.readSymbolicLink(Path.of("/proc/" + jvm + "/ns/pid")).toString();
        try (Stream<Path> folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("clonetrace-run-" + side + "-"))
                    .findFirst()
                    .orElseThrow()
                    .resolve(namespace.replaceAll("\\D", "") + "-" + jvm);
        }
    }

    private static void onlyItsUserCanOpen(Path pipe) throws IOException, InterruptedException {
        assertEquals("nobody", Files.getOwner(pipe).getName());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe)));
        assertEquals("root", Files.getOwner(pipe.getParent()).getName());
        assertEquals("rwx--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe.getParent())));
        // Other users: the first that distributions have besides root.
        for (int user : List.of(1, 2)) {
            List<String> other = List.of("setpriv", "--reuid=" + user, "--clear-groups", "test", "-r", "" + pipe);
            assertEquals(1, new ProcessBuilder(other).start().waitFor());
        }
        assertEquals(
                0,
                new ProcessBuilder(OrdinaryUser.command(List.of("test", "-r", "" + pipe)))
                        .start()
                        .waitFor());
    }

    /** The next JVM removes the instance of a killed one, and leaves alone those of others. */
    @Tag("alone")
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nextStartRemovesTheInstanceOfAKilledJvm(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Application application = new Application(jdk, Artifacts.folder("kernel-left-" + jdk));
        List<String> java = application.java(Artifacts.agent("source=tracefs", Run.WAIT));
        Map<String, String> global = TracefsInstances.in(KernelSourcesIT::settings);
        String others = "another-" + ProcessHandle.current().pid();
        TracefsInstances.in(
                root -> Files.createDirectory(root.resolve("instances").resolve(others)));
        try {
            Map<String, String> before = TracefsInstances.in(root -> settings(root.resolve("instances/" + others)));
            long killed = startAndEnd(application, java, true);
            assertEquals(2, TracefsInstances.of(killed).size());
            long ended = startAndEnd(application, java, false);
            assertEquals(List.of(), TracefsInstances.of(killed));
            assertEquals(List.of(), TracefsInstances.of(ended));
            assertEquals(before, TracefsInstances.in(root -> settings(root.resolve("instances/" + others))));
        } finally {
            TracefsInstances.in(
                    root -> Files.deleteIfExists(root.resolve("instances").resolve(others)));
        }
        assertEquals(global, TracefsInstances.in(KernelSourcesIT::settings));
    }

    /** @return the JVM's pid */
    private static long startAndEnd(Application application, List<String> java, boolean kill) throws Exception {
        Run run = Run.start(application.folder(), "app", java);
        try (run) {
            Application.tell(run, 17);
            Application.awaitStarted(run, 17);
            assertEquals(2, TracefsInstances.of(run.process().pid()).size());
            assertEquals("0", TracefsInstances.in(root -> text(root.resolve("events/task/task_newtask/enable"))));
            if (kill) {
                run.process().toHandle().destroyForcibly();
                run.process().waitFor();
            } else {
                Application.end(run);
            }
        }
        return run.process().pid();
    }

    private static Map<String, String> settings(Path instance) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String file : List.of(
                "trace_clock",
                "tracing_on",
                "current_tracer",
                "buffer_size_kb",
                "set_event",
                "set_event_pid",
                "options/event-fork",
                "options/overwrite",
                "events/enable")) {
            all.put(file, text(instance.resolve(file)));
        }
        return all;
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }
}
