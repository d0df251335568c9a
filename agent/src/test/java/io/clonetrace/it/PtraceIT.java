package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code source=ptrace}: clonetrace's own tracer on the JVM that started it. */
class PtraceIT {
    private static final int THREADS = 1_009;
    private static final int MANY = 30_011;
    private static final long MOST_KIB = 64 << 10;
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final String PTHREAD_CREATE =
            "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"
                    + "|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";

    static Stream<Object[]> jdksAndCreators() {
        return Jdk.underTest().flatMap(jdk -> Stream.of(new Object[] {jdk, 1}, new Object[] {jdk, 8}));
    }

    private static String agent(Path recording) {
        return Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording);
    }

    private static List<String> demo(Jdk jdk, Path recording, String... arguments) {
        List<String> all = new ArrayList<>(List.of(jdk.tool("java"), agent(recording), "-jar"));
        all.addAll(List.of(Artifacts.DEMO.toString(), "--threads", "" + THREADS));
        all.addAll(List.of("--processes", "" + DemoTruth.PROCESSES));
        all.addAll(List.of(arguments));
        return all;
    }

    @ParameterizedTest(name = "{0}, {1} creators")
    @MethodSource("jdksAndCreators")
    void everyThreadHasOneClone(Jdk jdk, int creators) throws Exception {
        Path folder = Artifacts.folder("ptrace-" + jdk + "-" + creators);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(folder, "app", demo(jdk, recording, "--creators", "" + creators));
        complete(run, recording);
        DemoTruth.compare(run.stdout(), Recorded.read(recording));
    }

    /** Each thread that the hook saw has one clone: with the same tid, called by the same thread. */
    private static void complete(Run run, Path recording) throws IOException, InterruptedException {
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        RecordedEvent status = recorded.status("ptrace");
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        assertEquals(0, recorded.status("hook").getLong("lost"));
        Map<Long, Integer> started = tids(recorded.named("clonetrace.ThreadStart"));
        Map<Long, Integer> cloned = tids(recorded.clones("java"));
        assertTrue(started.size() >= THREADS, () -> started.size() + " started");
        cloned.keySet().retainAll(started.keySet());
        assertEquals(started, cloned);
        for (RecordedEvent clone : recorded.clones("java")) {
            assertEquals(PTHREAD_CREATE, clone.getString("flagNames"), clone::toString);
            assertEquals("ptrace", clone.getString("source"), clone::toString);
            assertTrue(clone.getLong("kernelTime") > 0, clone::toString);
        }
    }

    private static Map<Long, Integer> tids(List<RecordedEvent> events) {
        Map<Long, Integer> tids = new HashMap<>();
        for (RecordedEvent event : events) {
            assertNull(tids.put(event.getLong("childId"), event.getInt("childTid")), event::toString);
        }
        return tids;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void seenAndLostClonesAddUpToTheThreadsMade(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("ptrace-many-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = Run.start(application.folder(), "app", application.java(agent(recording), "-Xmx512m"));
        try (run) {
            Application.tell(run, MANY);
            Application.end(run);
        }
        assertTrue(run.stdout().contains("started " + MANY), run.stdout());
        Recorded recorded = Recorded.read(recording);
        int cloned = Started.count(recorded.clones("java"));
        RecordedEvent status = recorded.status("ptrace");
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(MANY, cloned + status.getLong("lost"), status::toString);
    }

    /** HotSpot answers thread dumps and null pointers with signals of its own, which a tracer sees and must deliver. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingIsCompleteInAStormOfSignals(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("ptrace-storm-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.start(
                folder,
                "app",
                List.of(
                        jdk.tool("java"),
                        agent(recording),
                        "-cp",
                        Artifacts.TEST_CLASSES.toString(),
                        "io.clonetrace.trace.ptrace.ThreadMaker"));
        int dumps = 0;
        try (run) {
            run.process()
                    .outputWriter()
                    .append("nulls\nshort " + THREADS + " 1\nlive " + THREADS + " 8\n")
                    .close();
            while (run.process().isAlive()) {
                if (run.stdout().contains("ready")) {
                    new ProcessBuilder("kill", "-QUIT", "" + run.process().pid())
                            .start()
                            .waitFor();
                    dumps++;
                }
                LockSupport.parkNanos(CHECK_NANOS);
            }
        }
        complete(run, recording);
        assertTrue(dumps > 1 && run.stdout().contains("Full thread dump"), "no thread dump");
        List<RecordedEvent> clones = Recorded.read(recording).clones("java");
        for (String name : List.of("short", "live")) {
            assertEquals(
                    THREADS,
                    clones.stream()
                            .filter(clone -> name.equals(clone.getString("childName")))
                            .count(),
                    name);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingIsCompleteWithoutRootAndWithoutStrace(Jdk jdk) throws Exception {
        Path folder = OrdinaryUser.folder("ptrace-user-" + jdk, jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> command = new ArrayList<>(List.of("env", "PATH=" + folder));
        command.addAll(demo(jdk, recording, "--only", "plain"));
        complete(Run.toEnd(folder, "app", OrdinaryUser.command(command)), recording);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingIsCompleteForTheFirstProcessOfAContainer(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("ptrace-init-" + jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> command = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--mount-proc"));
        command.addAll(demo(jdk, recording, "--only", "plain,process"));
        // JFR names its folder in /tmp by the pid and the second: the first process of another test could have the
        // same.
        command.add(
                command.indexOf(jdk.tool("java")) + 1,
                "-XX:FlightRecorderOptions:repository=" + folder.resolve("repository"));
        Run run = Run.toEnd(folder, "app", command);
        complete(run, recording);
        assertEquals(
                DemoTruth.PROCESSES, Recorded.read(recording).clones("process").size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void ptraceIsRefusedUnderASeccompFilter(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("ptrace-denied-" + jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("app.jfr");
        Run run = application.unchanged(Restricted.command(folder, "ptrace", application.java(agent(recording))));
        OneLine.said(run, "clone flags are not observed: ptrace: PTRACE_SEIZE", "EPERM", "seccomp filter");
        Recorded recorded = Recorded.read(recording);
        assertEquals("refused", recorded.status("ptrace").getString("state"));
        assertEquals(Application.THREADS, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals(List.of(), recorded.named("clonetrace.Clone"));
    }

    /** As a program whose file its user may execute but not read: prctl(2), PR_SET_DUMPABLE. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void ptraceIsRefusedForAProcessThatIsNotDumpable(Jdk jdk) throws Exception {
        Path folder = OrdinaryUser.folder("ptrace-not-dumpable-" + jdk, jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> command = new ArrayList<>(List.of("env", "LD_PRELOAD=" + Restricted.notDumpable(folder)));
        command.addAll(demo(jdk, recording, "--only", "plain"));
        Run run = Run.toEnd(folder, "app", OrdinaryUser.command(command));
        assertEquals(0, run.exitStatus(), run.stderr());
        OneLine.said(run, "clone flags are not observed: ptrace: PTRACE_SEIZE", "EPERM", "is not dumpable");
        assertEquals(
                THREADS,
                DemoTruth.named(Recorded.read(recording).named("clonetrace.ThreadStart"), "plain-")
                        .size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void ptraceIsRefusedUnderADebugger(Jdk jdk) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(bin -> Files.isExecutable(Path.of(bin, "gdb"))),
                "gdb is not installed");
        Path folder = Artifacts.folder("ptrace-gdb-" + jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> command = new ArrayList<>(List.of("gdb", "-q", "-batch", "-nx"));
        command.addAll(List.of("-ex", "handle all nostop noprint pass", "-ex", "run", "--args"));
        command.addAll(demo(jdk, recording, "--only", "plain"));
        Run run = Run.toEnd(folder, "app", command);
        OneLine.said(run, "clone flags are not observed: ptrace: gdb (pid ", ") traces this JVM already");
        Recorded recorded = Recorded.read(recording);
        assertEquals("refused", recorded.status("ptrace").getString("state"));
        assertEquals(
                THREADS,
                DemoTruth.named(recorded.named("clonetrace.ThreadStart"), "plain-")
                        .size());
    }

    /** With frequent safepoints, which a thread that is stopped in Thread.start keeps from being reached. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void applicationGoesOnWhenTheTracerIsStopped(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("ptrace-stopped-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = Run.start(
                application.folder(),
                "agent",
                application.java(
                        agent(recording), "-XX:+UnlockDiagnosticVMOptions", "-XX:GuaranteedSafepointInterval=20"));
        try (run) {
            Application.tell(run, 211);
            Application.awaitStarted(run, 211);
            ProcessHandle tracer = run.process().children().findFirst().orElseThrow();
            new ProcessBuilder("kill", "-STOP", "" + tracer.pid()).start().waitFor();
            Application.tell(run, THREADS);
            Application.awaitStarted(run, 211 + THREADS);
            assertTrue(tracer.isAlive(), "the tracer was killed");
            Application.end(run);
        }
        Application.assertSame(application.plain(List.of(211, THREADS)), run);
        Recorded recorded = Recorded.read(recording);
        RecordedEvent status = recorded.status("ptrace");
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        assertEquals(211 + THREADS, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals(211 + THREADS, Started.count(recorded.clones("java")));
    }

    /** The JVM is stopped and continued, then killed while it starts threads. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void tracerSurvivesAStopOfTheJvmAndEndsWithIt(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("ptrace-jvm-killed-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = Run.start(application.folder(), "agent", application.java(agent(recording)));
        try (run) {
            Application.tell(run, 211);
            Application.awaitStarted(run, 211);
            ProcessHandle tracer = run.process().children().findFirst().orElseThrow();
            assertTrue(kibOf(tracer, "VmHWM:") < MOST_KIB, () -> "resident: " + kibOf(tracer, "VmHWM:") + " KiB");
            String pid = "" + run.process().pid();
            new ProcessBuilder("kill", "-STOP", pid).start().waitFor();
            Processes.await(
                    () -> status(run.process().pid(), "State:")
                            .toUpperCase(Locale.ROOT)
                            .startsWith("T"),
                    "the JVM is stopped");
            new ProcessBuilder("kill", "-CONT", pid).start().waitFor();
            Application.tell(run, THREADS);
            Application.awaitStarted(run, 211 + THREADS);
            assertTrue(tracer.isAlive());
            Application.tell(run, MANY);
            run.process().toHandle().destroyForcibly();
            Processes.await(() -> !tracer.isAlive(), "the tracer ends");
            try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
                assertEquals(
                        List.of(),
                        left.filter(file -> file.getFileName().toString().startsWith("clonetrace-" + pid + "-"))
                                .toList());
            }
        }
    }

    private static long kibOf(ProcessHandle process, String field) {
        return Long.parseLong(status(process.pid(), field).replace("kB", "").trim());
    }

    /** proc(5). */
    private static String status(long pid, String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .findFirst()
                    .orElse(field)
                    .substring(field.length())
                    .trim();
        } catch (IOException gone) {
            return "";
        }
    }
}
