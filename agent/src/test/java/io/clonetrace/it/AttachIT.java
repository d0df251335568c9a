package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jars;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import io.clonetrace.it.truth.ThreadCode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code clonetrace attach} and {@code detach}: the agent enters a running JVM and leaves it as it was. */
class AttachIT {
    private static final long CHECK_NANOS = 5_000_000;
    private static final int BEFORE = 11;
    private static final int WHILE_ON = 211;
    private static final int AFTER = 17;

    /**
     * One recording is the agent's, the other was running before: both hold what happened while the agent was attached.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void detachLeavesTheJvmAsItWasBeforeAttach(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("attach-" + jdk);
        Application application = new Application(jdk, folder);
        Attached jvm = Attached.to(application);
        try (Run app = jvm.app()) {
            Application.tell(app, BEFORE);
            Application.awaitStarted(app, BEFORE);
            jvm.jcmd("JFR.start", "name=before", "filename=" + folder.resolve("before.jfr"));
            ThreadCode code = ThreadCode.find(jvm);
            Map<String, String> plain = code.read("plain");

            Run attach = jvm.done("attach", "source=ptrace", "record=own.jfr");
            assertTrue(attach.stderr().contains("ptrace observes the clones; recording " + folder.resolve("own.jfr")));
            OneLine.said(jvm.failed("again", "attach", "record=other.jfr"), "another clonetrace agent is on");
            assertFalse(Files.exists(folder.resolve("other.jfr")));
            Application.tell(app, WHILE_ON);
            Application.awaitStarted(app, BEFORE + WHILE_ON);
            OneLine.said(
                    jvm.done("detach"),
                    "the agent in JVM " + jvm.pid() + " has ended; recording " + folder.resolve("own.jfr")
                            + " is complete");

            OneLine.said(jvm.failed("detach-again", "detach"), "no clonetrace agent is active in JVM " + jvm.pid());
            assertEquals(plain, code.read("restored"));
            Application.tell(app, AFTER);
            Application.awaitStarted(app, BEFORE + WHILE_ON + AFTER);
            jvm.jcmd("JFR.stop", "name=before");

            jvm.done("attach", "source=none");
            assertNotEquals(plain, code.read("woven"));
            jvm.done("detach");
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
            assertEquals(List.of(), app.agentLines());
        }
        Recorded own = Recorded.read(folder.resolve("own.jfr"));
        assertEquals(WHILE_ON, Started.count(own.named("clonetrace.ThreadStart")));
        assertEquals(WHILE_ON, Started.count(own.clones("java")));
        assertEquals("stopped", own.status("ptrace").getString("state"));
        assertEquals("the agent was detached", own.status("ptrace").getString("reason"));
        assertEquals(0, own.status("ptrace").getLong("lost"));
        assertEquals("stopped", own.status("hook").getString("state"));
        assertEquals(Map.of("main", false, "started", true), creationObserved(own));
        Recorded before = Recorded.read(folder.resolve("before.jfr"));
        assertEquals(WHILE_ON, Started.count(before.named("clonetrace.ThreadStart")));
        assertEquals(WHILE_ON, Started.count(before.clones("java")));
        // JFR ends a chunk of one recording as the other begins, before the agent has anything to report.
        List.of(own, before).forEach(AttachIT::nothingFailed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void attachSaysSoIfTheSourceIsStillStarting(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("attach-starting-" + jdk));
        Attached jvm = Attached.to(application);
        try (Run app = jvm.app()) {
            Run attach = jvm.done("attach", "source=ptrace", "wait=0ms");
            OneLine.said(attach, "the source of clone flags is still starting after ");
            Application.end(app);
        }
    }

    private static void nothingFailed(Recorded recorded) {
        recorded.named("clonetrace.SourceStatus").forEach(status -> {
            assertNotEquals("lost", status.getString("state"), status::toString);
            assertTrue(!status.getString("source").equals("hook") || status.getLong("lost") == 0, status::toString);
        });
    }

    /** Whether their creation was observed: the thread that lived before, and those started since. */
    private static Map<String, Boolean> creationObserved(Recorded recorded) {
        return recorded.named("clonetrace.ThreadStack").stream()
                .filter(event -> String.valueOf(event.getString("name")).matches("main|started-\\d+"))
                .filter(event -> event.getString("kind").equals("java"))
                .collect(Collectors.toMap(
                        event -> event.getString("name").replaceFirst("-.*", ""),
                        event -> event.getBoolean("creationObserved"),
                        (one, other) -> {
                            assertEquals(one, other);
                            return one;
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void refusedAttachIsExplainedInOneLine(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("attach-wrong-" + jdk);
        Process sleep = new ProcessBuilder("sleep", "1000").start();
        Application application = new Application(jdk, folder);
        Attached jvm = Attached.to(application);
        try (Run app = jvm.app()) {
            OneLine.said(jvm.run("sleep", 1, sleep.pid(), "attach"), "process " + sleep.pid() + " is not a JVM");
            assertTrue(sleep.isAlive(), "SIGQUIT would have killed it");
            sleep.destroyForcibly().waitFor();
            OneLine.said(jvm.run("gone", 1, sleep.pid(), "attach"), "there is no process " + sleep.pid());
            OneLine.said(jvm.run("option", 2, jvm.pid(), "attach", "source=gdb"), "option source can't be \"gdb\"");
            OneLine.said(jvm.failed("never", "detach"), "no clonetrace agent is active in JVM " + jvm.pid());
            OneLine.said(
                    jvm.failed("record", "attach", "record=missing/app.jfr"),
                    "nothing is recorded: " + folder.resolve("missing/app.jfr") + " can't be written: its folder does");
            signal("-STOP", jvm.pid());
            OneLine.said(jvm.failed("stopped", "attach"), "JVM " + jvm.pid() + " is stopped", "kill -CONT");
            signal("-CONT", jvm.pid());
            givenUp(jvm);
            // None of these left an agent in the JVM.
            refusedSource(jvm);
            newerJar(jvm);
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
            assertEquals(List.of(), app.agentLines());
        }
        disabled(application);
    }

    /** The agent is active without it, and the exit status says so. */
    private static void refusedSource(Attached jvm) throws IOException, InterruptedException {
        Run attach = jvm.run("refused", 4, jvm.pid(), "attach", "source=strace:missing.strace");
        assertTrue(attach.stderr().contains("clone flags are not observed: "), attach.stderr());
        assertTrue(attach.stderr().contains("clonetrace: no source observes the clones; nothing is recorded yet: "));
        jvm.done("detach");
        Run timed = jvm.start("refused-timed", jvm.pid(), "attach", "source=strace:missing.strace", "--duration=1ms");
        assertEquals(4, timed.exitStatus(), timed.stderr());
        assertTrue(timed.stdout().contains("findings: "), timed.stdout());
    }

    /** The entry class is that of the first jar; everything else must be loaded from the newer one. */
    private static void newerJar(Attached jvm) throws IOException, InterruptedException {
        Path newer = jvm.folder().resolve("newer, and elsewhere.jar");
        Jars.withAnother(Artifacts.JAR, newer, "kept/newer", "core/newer");
        jvm.done("attach", "source=none");
        jvm.done("detach");
        Attached other = jvm.by(newer);
        other.done("attach", "source=none", "record=newer.jfr");
        assertTrue(other.opens(newer), () -> newer + " is not open in the JVM");
        jvm.done("detach");
        assertTrue(Files.size(jvm.folder().resolve("newer.jfr")) > 0);
        Path older = jvm.folder().resolve("older.jar");
        Jars.withoutFingerprint(Artifacts.JAR, older);
        Attached earlier = jvm.by(older);
        earlier.done("attach", "source=none");
        assertTrue(earlier.opens(older), () -> older + " is not open in the JVM");
        earlier.done("detach");
    }

    private static void disabled(Application application) throws IOException, InterruptedException {
        Attached jvm = Attached.to(application, "-XX:+DisableAttachMechanism");
        try (Run app = jvm.app()) {
            OneLine.said(jvm.failed("disabled", "attach"), "was started with -XX:+DisableAttachMechanism");
            Application.tell(app, BEFORE);
            Application.end(app);
            // A SIGQUIT would have made it print a thread dump.
            assertEquals("started " + BEFORE + "\n", app.stdout());
        }
        Attached closed = Attached.to(application, "-XX:-EnableDynamicAgentLoading");
        try (Run app = closed.app()) {
            OneLine.said(closed.failed("closed", "attach"), "was started with -XX:-EnableDynamicAgentLoading");
            Application.end(app);
        }
    }

    /** As with Ctrl-C, which a test's process may ignore, while the JVM is stopped halfway. */
    private static void givenUp(Attached jvm) throws IOException, InterruptedException {
        Run attach = jvm.start("given-up", jvm.pid(), "attach", "source=none");
        Path place = awaitPlace(attach);
        signal("-STOP", jvm.pid());
        Processes.await(() -> isConnected(attach), "a connection to the JVM, which is stopped");
        signal("-TERM", attach.process().pid());
        assertEquals(128 + 15, attach.exitStatus());
        OneLine.said(attach, "interrupted; JVM " + jvm.pid(), "ignores the request");
        assertFalse(Files.exists(place));
        signal("-CONT", jvm.pid());
    }

    /** Whether it has a socket open (proc_pid_fd(5)). */
    private static boolean isConnected(Run run) {
        File[] open = new File("/proc/" + run.process().pid() + "/fd").listFiles();
        return Stream.of(open == null ? new File[0] : open).anyMatch(fd -> {
            try {
                return Files.readSymbolicLink(fd.toPath()).toString().startsWith("socket:");
            } catch (IOException closed) {
                return false;
            }
        });
    }

    /** The folder in which the JVM will answer. */
    private static Path awaitPlace(Run attach) throws IOException {
        String name = "clonetrace-attach-" + attach.process().pid() + "-*";
        while (attach.process().isAlive()) {
            try (var places = Files.newDirectoryStream(Path.of("/tmp"), name)) {
                for (Path place : places) {
                    return place;
                }
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
        throw new AssertionError("it has ended: " + attach.stderr());
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", signal, "" + pid).start().waitFor());
    }
}
