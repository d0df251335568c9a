package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a container is for a process in it, made of the kernel's own parts because there may be no container engine
 * here: cgroups with limits, a pid, a mount and a cgroup namespace, a root that can't be written, and a TMPDIR that
 * can.
 */
class ContainersIT {
    private static final int THREADS = 53;
    private static final long MAX_TASKS = 313;
    private static final long MIB = 1024 * 1024;
    private static final long MAX_MEMORY = 401 * MIB;
    private static final long CHECK_NANOS = 5_000_000;

    /** Java doesn't know TMPDIR, nor does JFR; ours does. */
    private static final String REPOSITORY = "-XX:FlightRecorderOptions=repository=";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void allOfIt(Jdk jdk) throws Exception {
        Path folder = folder(jdk, "all");
        Path writable = folder.resolve("tmp");
        try (Cgroups cgroups =
                        Cgroups.make("clonetrace-it-" + ProcessHandle.current().pid(), MAX_TASKS, MAX_MEMORY);
                Run run = Run.start(
                        folder,
                        "app",
                        List.of("sh", container(folder, cgroups, jdk, "ptrace")),
                        Map.of("TMPDIR", writable.toString()))) {
            awaitReady(run);
            // The shell that went in, the JVM and its tracer: all of them count.
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

    /** The kernel's tracing has the host's pids. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void kernelSourcesRefuseAForeignPidNamespace(Jdk jdk) throws Exception {
        Path folder = folder(jdk, "refused");
        try (Cgroups cgroups =
                        Cgroups.make("clonetrace-it-" + ProcessHandle.current().pid(), MAX_TASKS, MAX_MEMORY);
                Run run = Run.start(
                        folder,
                        "app",
                        List.of("sh", container(folder, cgroups, jdk, "ebpf")),
                        Map.of("TMPDIR", folder.resolve("tmp").toString()))) {
            awaitReady(run);
            run.process().outputWriter().close();
            assertEquals(0, run.exitStatus(), run.stderr());
            OneLine.said(run, "clone flags are not observed: ebpf: ", "pid namespace", "ptrace");
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

    /** Two scripts: one goes into the cgroups and makes the namespaces, the other mounts and runs the application. */
    private static String container(Path folder, Cgroups cgroups, Jdk jdk, String source) throws Exception {
        Path writable = folder.resolve("tmp");
        String java = String.join(
                " ",
                List.of(
                        jdk.tool("java"),
                        "-Xmx64m",
                        REPOSITORY + writable,
                        "'" + Artifacts.agent("source=" + source, "wait=30s", "record=" + writable.resolve("app.jfr"))
                                + "'",
                        "-jar",
                        Artifacts.DEMO.toString(),
                        "--only",
                        "plain",
                        "--threads",
                        "" + THREADS,
                        "--hold"));
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
