package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Commands;
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
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Root attaches to JVMs of other users and in other namespaces. */
class AttachOthersIT {
    private static final long COLLECTED_NANOS = 60_000_000_000L;
    private static final int THREADS = 211;
    private static final long CHECK_NANOS = 5_000_000;

    /** What the JVM's user may not do, the attach command does while it lives. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void rootObservesTheJvmOfAnotherUser(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = OrdinaryUser.folder("attach-user-" + jdk, jdk);
        Application application = new Application(jdk, folder);
        Attached jvm = Attached.to(application, OrdinaryUser.command(application.java()));
        try (Run app = jvm.app()) {
            Run serving = serving(jvm, "detached", "ebpf", 0);
            jvm.done("detach");
            assertEquals(0, serving.exitStatus(), serving.stderr());
            Recorded detached = Recorded.read(folder.resolve("detached.jfr"));
            assertEquals(THREADS, Started.count(detached.clones("java")));
            assertEquals("stopped", detached.status("ebpf").getString("state"));
            assertEquals(0, detached.status("ebpf").getLong("lost"));

            Run killed = serving(jvm, "killed", "tracefs", THREADS);
            killed.process().destroyForcibly().waitFor();
            Application.tell(app, THREADS);
            Application.awaitStarted(app, 3 * THREADS);
            awaitLine(app, "clone flags are not observed any more");
            jvm.done("detach");
            Recorded lost = Recorded.read(folder.resolve("killed.jfr"));
            assertEquals(2 * THREADS, Started.count(lost.named("clonetrace.ThreadStart")));
            assertEquals("lost", lost.status("tracefs").getString("state"));
            assertTrue(lost.status("tracefs").getString("reason").contains("ended while the JVM runs"));

            awaitOneJar(jvm);
            // The command also ends with the JVM.
            Run last = serving(jvm, "last", "ebpf", 3 * THREADS);
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
            assertEquals(0, last.exitStatus(), last.stderr());
        }
        assertEquals(
                THREADS, Started.count(Recorded.read(folder.resolve("last.jfr")).clones("java")));
    }

    /**
     * Attaches with a command that stays, and makes the application start threads; it has started {@code before}
     * already.
     */
    private static Run serving(Attached jvm, String name, String source, int before)
            throws IOException, InterruptedException {
        Run command = jvm.start(name, jvm.pid(), "attach", "source=" + source, "record=" + name + ".jfr");
        awaitLine(command, source + " runs in this process until JVM " + jvm.pid() + " ends");
        Application.tell(jvm.app(), THREADS);
        Application.awaitStarted(jvm.app(), before + THREADS);
        return command;
    }

    /** The JVM is pid 1 of its namespace, and sees neither our /tmp nor the jar. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmInOtherPidAndMountNamespacesIsAttachedTo(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("attach-namespaces-" + jdk);
        Path hidden = Files.createDirectory(folder.resolve("hidden"));
        Path jar = Files.copy(Artifacts.JAR, hidden.resolve("clonetrace.jar"));
        Application application = new Application(jdk, folder);
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"));
        command.addAll(List.of("--mount-proc", "sh", "-c"));
        command.add("mount -t tmpfs none /tmp && mount -t tmpfs none " + hidden + " && exec \"$@\"");
        command.add("sh");
        command.addAll(application.java());
        Attached unshare = Attached.to(application, command);
        try (Run app = unshare.app()) {
            assumeTrue(app.process().isAlive(), "no namespace could be made");
            long pid = app.process().children().findFirst().orElseThrow().pid();
            Attached jvm = unshare.at(pid).by(jar);
            OneLine.said(
                    jvm.run("relative", 2, pid, "attach", "record=app.jfr"), "the path of record= has to be absolute");
            Path recording = folder.resolve("app.jfr");
            Run attach = jvm.done("attach", "source=ptrace", "record=" + recording);
            assertTrue(attach.stderr().contains("ptrace observes the clones"), attach.stderr());
            Application.tell(app, THREADS);
            Application.awaitStarted(app, THREADS);
            jvm.done("detach");
            assertEquals(THREADS, Started.count(Recorded.read(recording).clones("java")));
            assertEquals(0, Recorded.read(recording).status("ptrace").getLong("lost"));
            try (Stream<Path> left = Files.list(Path.of("/proc/" + pid + "/root/tmp"))) {
                assertFalse(left.anyMatch(file -> file.getFileName().toString().startsWith("clonetrace")));
            }
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
        }
    }

    /** As with systemd's PrivateTmp: the JVM's pid is the machine's, its /tmp is its own. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmWithPrivateTmpIsAttachedTo(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("attach-private-tmp-" + jdk);
        Application application = new Application(jdk, folder);
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c"));
        command.addAll(List.of("mount -t tmpfs none /tmp && exec \"$@\"", "sh"));
        command.addAll(application.java());
        Attached jvm = Attached.to(application, command);
        try (Run app = jvm.app()) {
            assumeTrue(app.process().isAlive(), "no mount namespace could be made");
            Run stacks = Run.toEnd(folder, "stacks", Commands.clonetrace(jdk, "stacks", "" + jvm.pid()));
            assertEquals("", stacks.stderr());
            assertTrue(stacks.stdout().contains("Attach Listener"), stacks.stdout());
            jvm.done("attach", "source=none");
            jvm.done("detach");
            Application.tell(app, THREADS);
            Application.end(app);
            // A JVM that finds no attach file in its /tmp prints a thread dump.
            assertEquals("started " + THREADS + "\n", app.stdout());
        }
    }

    /** Root outside is the user {@code nobody} inside; the JVM's own user is the same on both sides. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmInAnotherUserNamespaceIsRefusedToRootAndAttachedToByItsUser(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = OrdinaryUser.folder("attach-user-namespace-" + jdk, jdk);
        Application application = new Application(jdk, folder);
        List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
        command.addAll(application.java());
        Attached jvm = Attached.to(application, OrdinaryUser.command(command));
        try (Run app = jvm.app()) {
            assumeTrue(app.process().isAlive(), "no user namespace could be made");
            String advice = " --clear-groups clonetrace attach " + jvm.pid();
            OneLine.said(
                    jvm.failed("stranger", "attach", "source=none"),
                    "is in another user namespace",
                    "setpriv --reuid=",
                    advice);
            String jar = Artifacts.JAR.toString();
            List<String> own = List.of(jdk.tool("java"), "-jar", jar, "attach", "" + jvm.pid(), "source=none");
            Run attach = Run.toEnd(folder, "own-user", OrdinaryUser.command(own));
            assertEquals(0, attach.exitStatus(), attach.stderr());
            Application.end(app);
        }
    }

    /** Of the copies of the jar, only the one of the part that stays remains open. */
    private static void awaitOneJar(Attached jvm) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + COLLECTED_NANOS;
        long jars = 2;
        while (jars > 1) {
            // More than one collection may be needed: what one frees releases what the next one frees.
            jvm.jcmd("GC.run");
            jars = jvm.descriptors().stream()
                    .filter(path -> path.toString().contains("clonetrace.jar"))
                    .distinct()
                    .count();
            assertTrue(jars <= 1 || System.nanoTime() - deadline < 0, jvm.descriptors()::toString);
        }
    }

    private static void awaitLine(Run run, String part) throws IOException {
        while (!run.stderr().contains(part)) {
            assertTrue(run.process().isAlive(), run.stderr());
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
