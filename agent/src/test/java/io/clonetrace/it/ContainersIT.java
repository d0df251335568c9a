package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Limits;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Cgroups;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A container as a process inside sees it, made of the kernel's own parts because there may be no container engine
 * here: cgroups with limits; pid, mount and cgroup namespaces; a read-only root and a writable TMPDIR.
 */
class ContainersIT {
    private static final int THREADS = 53;
    private static final long MAX_TASKS = 313;
    private static final long MIB = 1024 * 1024;
    private static final long MAX_MEMORY = 401 * MIB;
    private static final long CHECK_NANOS = 5_000_000;

    private static final String NAME =
            "clonetrace-it-" + ProcessHandle.current().pid();
    private static final List<String> DEMO =
            List.of("-jar", Artifacts.DEMO.toString(), "--only", "plain", "--threads", "" + THREADS, "--hold");
    private static final List<String> LIMITS =
            List.of("-cp", Artifacts.TEST_CLASSES.toString(), Limits.class.getName());

    /** Java and JFR don't know TMPDIR; the agent does. */
    private static final String REPOSITORY = "-XX:FlightRecorderOptions=repository=";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingInAContainerIsComplete(Jdk jdk) throws Exception {
        Path folder = folder(jdk, "all");
        Path writable = folder.resolve("tmp");
        try (Cgroups cgroups = Cgroups.make(NAME, MAX_TASKS, MAX_MEMORY);
                Run run = start(folder, cgroups, jdk, "ptrace", DEMO)) {
            awaitReady(run);
            // The shell that entered, the JVM and its tracer all count.
            assertTrue(cgroups.processes().size() >= 2, () -> "" + cgroups);
            assertTrue(cgroups.memory() < MAX_MEMORY);
            assertTracerIsIn(cgroups);
            run.process().outputWriter().close();
            assertEquals(0, run.exitStatus(), run.stderr());
            assertEquals(0, cgroups.killed());
            assertEquals(List.of(), run.agentLines());
        }
        Recorded recorded = Recorded.read(writable.resolve("app.jfr"));
        assertEquals(THREADS, DemoTruth.named(recorded.clones("java"), "plain-").size());
        assertEquals("stopped", recorded.status("ptrace").getString("state"));
        assertEquals(0, recorded.status("ptrace").getLong("lost"));
        assertEquals(0, recorded.status("hook").getLong("lost"));
    }

    /** tracefs shows the host's pids; the limits are those of the container. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void tracefsIsRefusedAndLimitsAreTheContainers(Jdk jdk) throws Exception {
        Path folder = folder(jdk, "limits");
        try (Cgroups cgroups = Cgroups.make(NAME, MAX_TASKS, MAX_MEMORY);
                Run run = start(folder, cgroups, jdk, "tracefs", LIMITS)) {
            assertEquals(0, run.exitStatus(), run.stderr());
            OneLine.said(run, "clone flags are not observed: tracefs: ", "pid namespace", "ptrace");
            assertTrue(run.stdout().contains("pids.max " + MAX_TASKS + " "), run.stdout());
            assertTrue(run.stdout().contains("memory"), run.stdout());
            assertTrue(run.stdout().contains(" " + MAX_MEMORY + " "), run.stdout());
        }
    }

    /** Its pids are not those in /proc, where a tracer would find another process. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void ptraceIsRefusedIfProcIsTheHosts(Jdk jdk) throws Exception {
        Path folder = folder(jdk, "foreign-proc");
        List<String> command = new ArrayList<>(List.of("unshare", "-p", "-f", jdk.tool("java")));
        command.add(Artifacts.agent("source=ptrace", Run.WAIT));
        command.addAll(LIMITS);
        try (Run run = Run.start(folder, "app", command, Map.of())) {
            assertEquals(0, run.exitStatus(), run.stderr());
            OneLine.said(run, "ptrace: /proc is that of another pid namespace", "--mount-proc");
        }
    }

    private static Path folder(Jdk jdk, String test) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "only root may make namespaces and cgroups");
        Path folder = Artifacts.folder("container-" + test + "-" + jdk);
        Run unshare = Run.toEnd(folder, "unshare", List.of("unshare", "-m", "-p", "-f", "true"));
        assumeTrue(unshare.exitStatus() == 0, "no namespaces can be made here: " + unshare.stderr());
        Files.createDirectory(folder.resolve("tmp"));
        return folder;
    }

    private static Run start(Path folder, Cgroups cgroups, Jdk jdk, String source, List<String> application)
            throws Exception {
        Path writable = folder.resolve("tmp");
        List<String> java = new ArrayList<>(List.of(jdk.tool("java"), "-Xmx64m", REPOSITORY + writable));
        java.add(Artifacts.agent("source=" + source, Run.WAIT, "record=" + writable.resolve("app.jfr")));
        java.addAll(application);
        List<String> command = List.of("sh", container(folder, cgroups, String.join(" ", java)));
        return Run.start(folder, "app", command, Map.of("TMPDIR", writable.toString()));
    }

    /** Two scripts: one enters the cgroups and makes the namespaces, the other mounts and runs the application. */
    private static String container(Path folder, Cgroups cgroups, String java) throws IOException {
        Path writable = folder.resolve("tmp");
        Path inside = Files.writeString(
                folder.resolve("inside.sh"),
                String.join(
                        "\n",
                        "set -eu",
                        "mount -t proc proc /proc",
                        cgroups.mount(),
                        "mount --bind " + writable + " " + writable,
                        "mount -o remount,bind,ro /",
                        "if mountpoint -q /tmp; then mount -o remount,bind,ro /tmp; fi",
                        "if touch /tmp/x 2>/dev/null; then exit 9; fi",
                        "exec " + java + "\n"));
        return Files.writeString(
                        folder.resolve("container.sh"),
                        "set -eu\n" + cgroups.enter() + "\nexec unshare -m -p " + cgroups.namespace() + " -f sh "
                                + inside + "\n")
                .toString();
    }

    private static void awaitReady(Run run) throws Exception {
        while (run.process().isAlive() && !run.stdout().contains("ready")) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
        assertTrue(run.process().isAlive(), run.stderr());
    }

    private static void assertTracerIsIn(Cgroups cgroups) throws Exception {
        boolean found = false;
        for (long pid : cgroups.processes()) {
            found |= Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("--by-tracee");
        }
        assertTrue(found, "the tracer is not in " + cgroups);
        assertFalse(cgroups.processes().isEmpty());
    }
}
