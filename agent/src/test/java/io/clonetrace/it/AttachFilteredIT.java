package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.DoctorRun;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JVMs whose own seccomp filter forbids them to start a program, and so a tracer: the attach command observes from
 * outside.
 */
class AttachFilteredIT {
    private static final int THREADS = 211;
    private static final long CHECK_NANOS = 5_000_000;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void attachTracesTheUsersOwnJvmFromOutside(Jdk jdk) throws Exception {
        Path folder = OrdinaryUser.folder("attach-filtered-" + jdk, jdk);
        Attached jvm = filtered(jdk, folder, true);
        try (Run app = jvm.app()) {
            assumeTrue(app.process().isAlive(), () -> "no seccomp filter could be installed; see " + app.err());
            DoctorRun.of(folder, Jdk.current(), OrdinaryUser.command(List.of()), "" + jvm.pid())
                    .exits(0)
                    .no("seccomp", "execve")
                    .yes("ptrace", "may forbid the JVM to start a tracer: clonetrace attach traces it from outside")
                    .says("strace", "- ", "may forbid the JVM to start a tracer")
                    .ends("can be observed, by ptrace -> clonetrace attach " + jvm.pid());
            Run serving = serving(jvm, "detached", OrdinaryUser.command(List.of()), "ptrace", 0);
            assertTrue(serving.stderr().contains("no source works within JVM " + jvm.pid()), serving.stderr());
            detach(jvm);
            assertEquals(0, serving.exitStatus(), serving.stderr());
            assertComplete(Recorded.read(folder.resolve("detached.jfr")), "ptrace");

            Run killed = serving(jvm, "killed", OrdinaryUser.command(List.of()), "ptrace", THREADS, "source=ptrace");
            killed.process().destroyForcibly().waitFor();
            Application.tell(app, THREADS);
            Application.awaitStarted(app, 3 * THREADS);
            awaitLine(app, "clone flags are not observed any more");
            detach(jvm);
            Recorded lost = Recorded.read(folder.resolve("killed.jfr"));
            assertEquals(2 * THREADS, Started.count(lost.named("clonetrace.ThreadStart")));
            assertEquals("lost", lost.status("ptrace").getString("state"));

            // The command also ends with the JVM.
            Run last = serving(jvm, "last", OrdinaryUser.command(List.of()), "ptrace", 3 * THREADS);
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
            assertEquals(0, last.exitStatus(), last.stderr());
        }
        assertComplete(Recorded.read(folder.resolve("last.jfr")), "ptrace");
    }

    /** Root's source, which stops no thread, needs no program started by the JVM either. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void rootObservesTheJvmByEbpf(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("attach-filtered-root-" + jdk);
        Attached jvm = filtered(jdk, folder, false);
        try (Run app = jvm.app()) {
            assumeTrue(app.process().isAlive(), () -> "no seccomp filter could be installed; see " + app.err());
            Run serving = serving(jvm, "app", List.of(), "ebpf", 0);
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
            assertEquals(0, serving.exitStatus(), serving.stderr());
        }
        assertComplete(Recorded.read(folder.resolve("app.jfr")), "ebpf");
    }

    private static Attached filtered(Jdk jdk, Path folder, boolean ordinary) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "LD_PRELOAD=" + Restricted.programs(folder)));
        command.addAll(new Application(jdk, folder).java());
        return Attached.to(new Application(jdk, folder), ordinary ? OrdinaryUser.command(command) : command);
    }

    /** Attaches with a command that stays, and makes the application start threads. */
    private static Run serving(
            Attached jvm, String name, List<String> before, String source, int started, String... options)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(jvm.jdk().tool("java"), "-jar", jvm.jar().toString(), "attach", "" + jvm.pid()));
        words.add("record=" + name + ".jfr");
        words.addAll(List.of(options));
        Run command = Run.start(jvm.folder(), name, words);
        awaitLine(command, source + " runs in this process until JVM " + jvm.pid() + " ends");
        Application.tell(jvm.app(), THREADS);
        Application.awaitStarted(jvm.app(), started + THREADS);
        return command;
    }

    private static void detach(Attached jvm) throws IOException, InterruptedException {
        String jar = jvm.jar().toString();
        List<String> words = List.of(jvm.jdk().tool("java"), "-jar", jar, "detach", "" + jvm.pid());
        Run run = Run.toEnd(jvm.folder(), "detach", OrdinaryUser.command(words));
        assertEquals(0, run.exitStatus(), run.stderr());
    }

    private static void assertComplete(Recorded recorded, String source) {
        RecordedEvent status = recorded.status(source);
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        List<RecordedEvent> clones = Started.of(recorded.clones("java"));
        assertEquals(THREADS, clones.size());
        for (RecordedEvent clone : clones) {
            assertEquals(source, clone.getString("source"), clone::toString);
            assertEquals(0x3d0f00, clone.getLong("flags"), clone::toString);
        }
    }

    private static void awaitLine(Run run, String part) throws IOException {
        while (!run.stderr().contains(part)) {
            assertTrue(run.process().isAlive(), run.stderr());
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
