package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Starter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code clonetrace run}: the JVM's first clone is in the recording, and the command is as it is without us. */
class RunIT {
    private static final int THREADS = 1_009;
    private static final int MEANWHILE = 5_003;

    private static List<String> run(Jdk jdk, Path recording, String... command) {
        List<String> all = new ArrayList<>(List.of(jdk.tool("java"), "-jar", Artifacts.JAR.toString(), "run"));
        all.addAll(List.of("--source", "ptrace", "--record", recording.toString()));
        all.addAll(List.of(command));
        return all;
    }

    private static Run started(Application application, Path recording) throws IOException {
        String[] command = application.java().toArray(String[]::new);
        return Run.start(application.folder(), "app", run(application.jdk(), recording, command));
    }

    private static String[] demo(Jdk jdk, String... arguments) {
        List<String> all = new ArrayList<>(List.of(jdk.tool("java"), "-jar", Artifacts.DEMO.toString()));
        all.addAll(List.of("--threads", "" + THREADS, "--processes", "" + DemoTruth.PROCESSES));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}, {1} creators")
    @MethodSource("jdksAndCreators")
    void everyThreadFromTheFirst(Jdk jdk, int creators) throws Exception {
        Path folder = Artifacts.folder("run-" + jdk + "-" + creators);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(folder, "app", run(jdk, recording, demo(jdk, "--creators", "" + creators)));
        assertEquals(0, run.exitStatus(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        DemoTruth.compare(run.stdout(), recorded);
        RecordedEvent status = recorded.status("ptrace");
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        assertEquals(recorded.named("clonetrace.Clone").size(), status.getLong("seen"), status::toString);
        assertEquals(
                1,
                recorded.clones("java").stream()
                        .filter(clone -> "main".equals(clone.getString("childName")))
                        .count());
        String paragraph = run.stderr().substring(run.stderr().indexOf("clonetrace: pid "));
        assertTrue(paragraph.contains(status.getLong("seen") + " clone calls seen by ptrace, 0 lost"), paragraph);
        assertTrue(paragraph.contains("recording: " + recording), paragraph);
    }

    static Stream<Object[]> jdksAndCreators() {
        return Jdk.all().flatMap(jdk -> Stream.of(new Object[] {jdk, 1}, new Object[] {jdk, 8}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void underStrace(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("run-by-strace-" + jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> command = run(jdk, recording, demo(jdk, "--only", "plain,process"));
        command.set(command.indexOf("ptrace"), "strace");
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        Recorded recorded = Recorded.read(recording);
        assertEquals("stopped", recorded.status("strace").getString("state"));
        assertEquals(0, recorded.status("strace").getLong("lost"));
        assertEquals(THREADS, DemoTruth.named(recorded.clones("java"), "plain-").size());
        assertEquals(DemoTruth.PROCESSES, recorded.clones("process").size());
        assertEquals(1, DemoTruth.named(recorded.clones("java"), "main").size());
    }

    /** Two runs of the same program: what differs between them is only which tids and addresses it got. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void equalToStrace(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("run-strace-" + jdk);
        Path traced = folder.resolve("ptrace.jfr");
        Run run = Run.toEnd(folder, "ptrace", run(jdk, traced, demo(jdk, "--only", "plain,process")));
        assertEquals(0, run.exitStatus(), run.stderr());

        Path trace = folder.resolve("app.strace");
        Path straced = folder.resolve("strace.jfr");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-q", "-ttt"));
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none", "-o", trace.toString()));
        command.addAll(List.of(jdk.tool("java"), Artifacts.agent("source=strace:" + trace, "record=" + straced)));
        List<String> demo = List.of(demo(jdk, "--only", "plain,process"));
        command.addAll(demo.subList(1, demo.size()));
        assertEquals(0, Run.toEnd(folder, "strace", command).exitStatus());

        Map<String, Integer> expected = ways(Recorded.read(straced));
        Map<String, Integer> seen = ways(Recorded.read(traced));
        Map<String, Integer> common = new TreeMap<>(expected);
        common.entrySet().retainAll(seen.entrySet());
        expected.entrySet().removeAll(common.entrySet());
        seen.entrySet().removeAll(common.entrySet());
        assertEquals(expected, seen, "what the one shows and the other doesn't");
    }

    /** How each of the threads was made whose number the program decides; and its processes. */
    private static Map<String, Integer> ways(Recorded recorded) {
        Map<String, Integer> ways = new TreeMap<>();
        List<RecordedEvent> clones = new ArrayList<>(recorded.clones("process"));
        clones.addAll(DemoTruth.named(recorded.clones("java"), "plain-"));

        clones.addAll(DemoTruth.named(recorded.clones("java"), "main"));
        for (RecordedEvent clone : clones) {
            String name = clone.getString("kind").equals("process") ? "process" : clone.getString("childName");
            ways.merge(
                    name + " " + clone.getString("syscall") + " " + clone.getString("flagNames") + " "
                            + clone.getLong("stackSize") + " " + clone.getInt("exitSignal"),
                    1,
                    Integer::sum);
        }
        assertTrue(ways.size() > THREADS, () -> ways.size() + " ways");
        return ways;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void behindAScriptThatStartsTwo(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("run-script-" + jdk);
        Path recording = folder.resolve("app.jfr");
        String java = jdk.tool("java");
        Path script = script(
                folder,
                java + " -version",
                "read word; echo \"the script read $word\"",
                "exec " + java + " -cp " + Artifacts.TEST_CLASSES + " " + Starter.class.getName());
        Run run = Run.start(folder, "app", run(jdk, recording, script.toString()));
        try (run) {
            run.process().outputWriter().append("hello\n53\n").close();
            assertEquals(Starter.STATUS, run.exitStatus(), run.stderr());
        }
        assertTrue(run.stdout().startsWith("the script read hello\n"), run.stdout());
        assertEquals(53, Started.count(Recorded.read(recording).clones("java")));
        List<Path> others;
        try (Stream<Path> files = Files.list(folder)) {
            others = files.filter(file -> file.getFileName().toString().matches("app-\\d+\\.jfr"))
                    .toList();
        }
        assertEquals(1, others.size(), others::toString);
        Recorded version = Recorded.read(others.get(0));
        assertEquals(0, Started.count(version.clones("java")));
        assertEquals(0, version.status("ptrace").getLong("lost"));
        assertEquals(2, run.stderr().split("clone calls seen by ptrace, 0 lost", -1).length - 1, run.stderr());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void aSignalIsTheCommands(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("run-signal-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = started(application, recording);
        try (run) {
            Application.tell(run, 17);
            Application.awaitStarted(run, 17);
            // Not Process.destroy, which would close its standard input, too.
            run.process().toHandle().destroy();
            assertEquals(128 + 15, run.exitStatus(), run.stderr());
        }
        assertEquals(17, Started.count(Recorded.read(recording).clones("java")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void theRunIsKilled(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("run-killed-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = started(application, recording);
        try (run) {
            Application.tell(run, 211);
            Application.awaitStarted(run, 211);
            ProcessHandle jvm = run.process().descendants().findFirst().orElseThrow();
            Application.tell(run, MEANWHILE);
            run.process().outputWriter().close();
            run.process().toHandle().destroyForcibly();
            jvm.onExit().get();
        }
        assertTrue(run.stdout().contains("started " + (211 + MEANWHILE)), run.stdout());
        Recorded recorded = Recorded.read(recording);
        assertEquals(211 + MEANWHILE, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals("lost", recorded.status("ptrace").getString("state"));
        assertTrue(recorded.status("ptrace").getString("reason").endsWith("ended while the JVM runs"));
        OneLine.said(run, "clone flags are not observed any more");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void theJvmIsKilled(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("run-jvm-killed-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = started(application, recording);
        try (run) {
            Application.tell(run, 17);
            Application.awaitStarted(run, 17);
            run.process().descendants().findFirst().orElseThrow().destroyForcibly();
            assertEquals(128 + 9, run.exitStatus(), run.stderr());
        }
        OneLine.said(run, "no recording");
        try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            String own = "clonetrace-run-" + run.process().pid() + "-";
            assertFalse(left.anyMatch(file -> file.getFileName().toString().startsWith(own)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void asAnOrdinaryUser(Jdk jdk) throws Exception {
        Path folder = OrdinaryUser.folder("run-user-" + jdk, jdk);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(
                folder, "app", OrdinaryUser.command(run(jdk, recording, demo(jdk, "--only", "plain,process"))));
        assertEquals(0, run.exitStatus(), run.stderr());
        Recorded recorded = Recorded.read(recording);
        assertEquals(THREADS, DemoTruth.named(recorded.clones("java"), "plain-").size());
        assertEquals(DemoTruth.PROCESSES, recorded.clones("process").size());
        assertEquals(0, recorded.status("ptrace").getLong("lost"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void whatCannotRunIsSaidInOneLine(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("run-wrong-" + jdk);
        Run nowhere = Run.toEnd(folder, "nowhere", run(jdk, Path.of("/no/such/folder/app.jfr"), "true"));
        assertEquals(1, nowhere.exitStatus());
        OneLine.said(nowhere, "its folder does not exist");
        Run nothing = Run.toEnd(folder, "nothing", run(jdk, folder.resolve("app.jfr")));
        assertEquals(2, nothing.exitStatus());
        OneLine.said(nothing, "a command is missing");
        Run missing = Run.toEnd(folder, "missing", run(jdk, folder.resolve("app.jfr"), "/no/such/program"));
        assertEquals(127, missing.exitStatus());
    }

    private static Path script(Path folder, String... lines) throws IOException {
        Path script = Files.writeString(folder.resolve("app.sh"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
