package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
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
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code clonetrace run}: the recording holds the JVM's first clone, and the command runs as without clonetrace. */
class RunIT {
    private static final int THREADS = 1_009;
    private static final int MEANWHILE = 5_003;

    private static List<String> run(Jdk jdk, Path recording, String... command) {
        List<String> all = Commands.clonetrace(jdk, "run");
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void eachJvmOfAScriptHasItsRecording(Jdk jdk) throws Exception {
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

    /** The script that started the JVM ends before it; its observer stays. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmThatOutlivesTheCommandIsObserved(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("run-outlives-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Path script = script(
                folder,
                "exec 3<&0",
                jdk.tool("java") + " -cp " + Artifacts.TEST_CLASSES + " " + Starter.class.getName() + " <&3 &",
                "exit 3");
        List<String> command = run(jdk, recording, script.toString());
        command.set(command.indexOf("ptrace"), OrdinaryUser.isRoot() ? "ebpf" : "strace");
        Run run = Run.start(folder, "app", command);
        try (run) {
            Application.tell(run, 31);
            Application.awaitStarted(run, 31);
            Application.tell(run, 17);
            run.process().outputWriter().close();
            assertEquals(3, run.exitStatus(), run.stderr());
        }
        assertEquals(48, Started.count(Recorded.read(recording).clones("java")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void signalIsForwardedToTheCommand(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("run-signal-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = started(application, recording);
        try (run) {
            Application.tell(run, 17);
            Application.awaitStarted(run, 17);
            // Process.destroy would also close its standard input.
            run.process().toHandle().destroy();
            assertEquals(128 + 15, run.exitStatus(), run.stderr());
        }
        assertEquals(17, Started.count(Recorded.read(recording).clones("java")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmGoesOnWhenTheRunIsKilled(Jdk jdk) throws Exception {
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
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void runEndsAsTheJvmThatWasKilled(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("run-jvm-killed-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        Run run = started(application, recording);
        try (run) {
            Application.tell(run, 17);
            Application.awaitStarted(run, 17);
            run.process().descendants().findFirst().orElseThrow().destroyForcibly();
            assertEquals(128 + 9, run.exitStatus(), run.stderr());
        }
        OneLine.said(run, " ended before its recording was complete: it was killed", "clonetrace report /");
        Path rest = Path.of(run.stderr().strip().replaceFirst("(?s).* ", ""));
        assertTrue(rest.getFileName().toString().matches("(\\d+_){6}\\d+"), run.stderr());
        try (Stream<Path> chunks = Files.list(rest)) {
            for (Path chunk : chunks.toList()) {
                assertEquals("FLR", new String(Files.newInputStream(chunk).readNBytes(3), StandardCharsets.US_ASCII));
                Files.delete(chunk);
            }
        }
        Files.delete(rest);
        try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            String own = "clonetrace-run-" + run.process().pid() + "-";
            assertFalse(left.anyMatch(file -> file.getFileName().toString().startsWith(own)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingIsCompleteWithoutRoot(Jdk jdk) throws Exception {
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
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void commandThatCannotRunIsReportedInOneLine(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("run-wrong-" + jdk);
        Run nowhere = Run.toEnd(folder, "nowhere", run(jdk, Path.of("/no/such/folder/app.jfr"), "true"));
        assertEquals(1, nowhere.exitStatus());
        OneLine.said(nowhere, "its folder does not exist");
        Run nothing = Run.toEnd(folder, "nothing", run(jdk, folder.resolve("app.jfr")));
        assertEquals(2, nothing.exitStatus());
        OneLine.said(nothing, "a command is missing");
        Run missing = Run.toEnd(folder, "missing", run(jdk, folder.resolve("app.jfr"), "/no/such/program"));
        assertEquals(127, missing.exitStatus());
        OneLine.said(missing, "can't run \"/no/such/program\": there is no such file");
        assertEquals(1, missing.stderr().lines().count(), missing.stderr());
    }

    private static Path script(Path folder, String... lines) throws IOException {
        Path script = Files.writeString(folder.resolve("app.sh"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
