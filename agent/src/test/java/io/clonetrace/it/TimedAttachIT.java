package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code attach --duration} in one command, and {@code dump}; however the wait ends, there is a report. */
class TimedAttachIT {
    private static final int BEFORE = 11;
    private static final int WHILE_ON = 211;
    private static final int LATER = 17;

    /** Ctrl-C ends it here, since the exact count needs a condition and no time. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void interruptedWaitDetachesAndReports(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("timed-interrupted-" + jdk);
        Attached jvm = Attached.to(new Application(jdk, folder));
        try (Run app = jvm.app()) {
            Application.tell(app, BEFORE);
            Application.awaitStarted(app, BEFORE);
            Run attach = started(jvm, "--duration", "1h", "--source=ptrace", "--json", "-", "--html", "page.html");
            Application.tell(app, WHILE_ON);
            Application.awaitStarted(app, BEFORE + WHILE_ON);
            signal("-TERM", attach);
            assertEquals(0, attach.exitStatus(), attach.stderr());
            assertEquals(
                    List.of(
                            "clonetrace: ptrace observes the clones; recording for 3600 s",
                            "clonetrace: the agent in JVM " + jvm.pid() + " has ended"),
                    attach.agentLines());
            assertEquals(WHILE_ON, createdThreads(attach));
            assertTrue(Files.readString(folder.resolve("page.html")).startsWith("<!DOCTYPE html>"));
            OneLine.said(jvm.failed("again", "detach"), "no clonetrace agent is active in JVM " + jvm.pid());
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
            assertNothingLeftBy(attach);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void timeIsOverAndTheRecordingStays(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("timed-over-" + jdk);
        Attached jvm = Attached.to(new Application(jdk, folder));
        try (Run app = jvm.app()) {
            Run attach = jvm.start(
                    "attach", jvm.pid(), "attach", "--duration", "200ms", "source=none", "--record", "own-%p.jfr");
            assertEquals(0, attach.exitStatus(), attach.stderr());
            Path own = folder.resolve("own-" + jvm.pid() + ".jfr");
            assertEquals(
                    List.of(
                            "clonetrace: no source observes the clones; recording " + own,
                            "clonetrace: the agent in JVM " + jvm.pid() + " has ended; recording " + own
                                    + " is complete"),
                    attach.agentLines());
            assertTrue(attach.stdout().contains(", pid " + jvm.pid() + ", "), attach.stdout());
            assertTrue(Files.size(own) > 0);
            Application.end(app);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void endOfTheJvmIsTheEndOfTheWait(Jdk jdk) throws Exception {
        Attached jvm = Attached.to(new Application(jdk, Artifacts.folder("timed-jvm-ends-" + jdk)));
        try (Run app = jvm.app()) {
            Run attach = started(jvm, "--duration", "1h", "source=ptrace", "--json", "-");
            Application.tell(app, WHILE_ON);
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
            assertEquals(0, attach.exitStatus(), attach.stderr());
            assertEquals(
                    "clonetrace: JVM " + jvm.pid() + " has ended before the time was over",
                    attach.agentLines().get(1));
            assertEquals(WHILE_ON, createdThreads(attach));
            assertNothingLeftBy(attach);
        }
    }

    /** JFR writes about once a second, so that the last threads may be missing; the first chunk is there. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void killedJvmLeavesWhatJfrHadWritten(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("timed-jvm-killed-" + jdk);
        Path repository = Files.createDirectory(folder.resolve("repository"));
        Attached jvm = Attached.to(new Application(jdk, folder), "-XX:FlightRecorderOptions:repository=" + repository);
        try (Run app = jvm.app()) {
            Run attach = started(jvm, "--duration", "1h", "source=ptrace", "--json", "-");
            Application.tell(app, WHILE_ON);
            Application.awaitStarted(app, WHILE_ON);
            Processes.await(() -> holds(repository, "started-" + WHILE_ON), "JFR has written the last thread's name");
            app.process().destroyForcibly();
            assertEquals(0, attach.exitStatus(), attach.stderr());
            assertTrue(
                    attach.stderr().contains("the report is of what JFR had written by then, in " + repository),
                    attach.stderr());
            assertEquals(WHILE_ON, createdThreads(attach));
            assertNothingLeftBy(attach);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void dumpHoldsWhatWasRecordedAndTheRecordingGoesOn(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("dump-" + jdk);
        Attached jvm = Attached.to(new Application(jdk, folder));
        try (Run app = jvm.app()) {
            OneLine.said(
                    jvm.failed("none", "dump"), "no clonetrace agent is active in JVM " + jvm.pid() + "; to record");
            OneLine.said(
                    jvm.done("attach", "source=none"),
                    "nothing is recorded yet: jcmd " + jvm.pid() + " JFR.start filename=FILE.jfr starts a recording");
            OneLine.said(jvm.failed("no-own", "dump"), "the agent has no recording of its own; jcmd " + jvm.pid());
            jvm.done("detach");
            jvm.done("attach", "source=ptrace", "record=own.jfr", "maxsize=250m", "maxage=7d");
            String check = jvm.jcmd("JFR.check");
            assertTrue(check.contains("maxsize=250.0MB maxage=7d"), check);
            Application.tell(app, WHILE_ON);
            Application.awaitStarted(app, WHILE_ON);
            Path dump = folder.resolve("dump-" + jvm.pid() + ".jfr");
            OneLine.said(
                    jvm.done("dump", "dump-%p.jfr"),
                    dump + " has what JVM " + jvm.pid() + " recorded so far; recording " + folder.resolve("own.jfr")
                            + " goes on");
            assertEquals(WHILE_ON, Started.count(Recorded.read(dump).named("clonetrace.ThreadStart")));
            OneLine.said(
                    jvm.run("once-more", 2, jvm.pid(), "dump", "dump-%p.jfr"),
                    "FILE.jfr can't replace dump-" + jvm.pid() + ".jfr, a flight recording");
            Application.tell(app, LATER);
            Application.awaitStarted(app, WHILE_ON + LATER);
            jvm.done("detach");
            Application.end(app);
        }
        Recorded own = Recorded.read(folder.resolve("own.jfr"));
        assertEquals(WHILE_ON + LATER, Started.count(own.named("clonetrace.ThreadStart")));
    }

    /** Attaches, and waits until it waits. */
    private static Run started(Attached jvm, String... words) throws IOException {
        Run attach = jvm.start("attach", jvm.pid(), "attach", words);
        Processes.await(() -> !attach.process().isAlive() || holds(attach.err(), "recording for"), "a recording");
        return attach;
    }

    /** The Java threads that the report says were created. */
    private static int createdThreads(Run report) throws IOException {
        String json = report.stdout().replaceAll("\\s", "");
        return Integer.parseInt(json.replaceFirst(".*?\"pattern\":\"started-\\*\",\"created\":(\\d+),.*", "$1"));
    }

    /** Whether a file, or one in a folder, has that text. */
    private static boolean holds(Path place, String text) {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException changed) {
            return false;
        }
    }

    private static void assertNothingLeftBy(Run attach) throws IOException {
        String own = "clonetrace-attach-" + attach.process().pid() + "-";
        try (Stream<Path> left = Files.list(Path.of("/tmp"))) {
            assertFalse(left.anyMatch(file -> file.getFileName().toString().startsWith(own)));
        }
    }

    private static void signal(String signal, Run run) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", signal, "" + run.process().pid())
                        .start()
                        .waitFor());
    }
}
