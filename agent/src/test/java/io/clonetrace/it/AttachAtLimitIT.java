package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.AtLimit;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.PidsCgroup;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * HotSpot ends a JVM in which it can't start its "Attach Listener" thread: no command asks a JVM that has no room for
 * it.
 */
class AttachAtLimitIT {
    private static final int THREADS_MAX = 61;
    private static final int MAPPINGS_LEFT = 7;

    /** Another for each test JVM, with no other process: the limit counts all threads of a user. */
    private static final String LONELY_USER =
            Long.toString(31_000 + ProcessHandle.current().pid() % 1_000);

    /** The kernel's default and half as much again. */
    private static final long MOST_MAPPINGS = 98_000;

    private static final long CHECK_NANOS = 5_000_000;

    private static final List<String> SMALL =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private static PidsCgroup cgroup() throws IOException {
        return PidsCgroup.make("clonetrace-it-" + ProcessHandle.current().pid(), THREADS_MAX);
    }

    private static Attached start(Jdk jdk, Path folder, List<String> wrapper, String... arguments) throws IOException {
        List<String> options = new ArrayList<>(SMALL);
        options.add(Artifacts.agent("source=none"));
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(Commands.host(jdk, options, AtLimit.class, arguments));
        Run app = Run.start(folder, "app", command);
        await(app, "ready");
        return new Attached(jdk, folder, Artifacts.JAR, app, app.process().pid());
    }

    private static void fill(Run app) throws IOException {
        Writer input = app.process().outputWriter();
        input.write("\n");
        input.flush();
        await(app, "full");
    }

    private static void await(Run app, String line) throws IOException {
        while (app.stdout().lines().noneMatch(line::equals)) {
            assertTrue(app.process().isAlive(), () -> "see " + app.out() + " and " + app.err());
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    private static void isUnharmed(Run app) throws IOException {
        assertTrue(app.process().isAlive(), app.stdout());
        assertFalse(app.stdout().contains("Full thread dump"), app.stdout());
    }

    private static Run clonetrace(Attached jvm, String... words) throws IOException, InterruptedException {
        List<String> command = Commands.clonetrace(jvm.jdk());
        command.addAll(List.of(words));
        Run run = Run.toEnd(jvm.folder(), words[0], command);
        assertEquals(0, run.exitStatus(), run.stderr());
        return run;
    }

    /** @param limit a regular expression */
    private static void isLeftAlone(Attached jvm, String limit) throws IOException, InterruptedException {
        Run stacks = clonetrace(jvm, "stacks", "" + jvm.pid());
        OneLine.said(stacks, "its Attach Listener does not run yet", "the names are the kernel's");
        assertTrue(stacks.stderr().matches("(?s).*" + limit + ".*"), stacks.stderr());
        assertTrue(stacks.stdout().lines().anyMatch(line -> line.startsWith("all ")), stacks.stdout());
        isUnharmed(jvm.app());

        Run attach = jvm.failed("attach", "attach", "source=none");
        OneLine.said(attach, "JVM " + jvm.pid() + " has no room for the agent: it brings up to ");
        assertTrue(attach.stderr().matches("(?s).*" + limit + ".*"), attach.stderr());
        isUnharmed(jvm.app());
    }

    private static void isNotAdvised(Attached jvm) throws IOException, InterruptedException {
        Run doctor = clonetrace(jvm, "doctor", "" + jvm.pid());
        assertTrue(doctor.stdout().contains("attach             no"), doctor.stdout());
        assertFalse(doctor.stdout().contains("clonetrace attach " + jvm.pid()), doctor.stdout());
        isUnharmed(jvm.app());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmAtPidsMaxIsLeftAlone(Jdk jdk) throws Exception {
        try (PidsCgroup cgroup = cgroup()) {
            Attached jvm = start(jdk, Artifacts.folder("attach-pids-max-" + jdk), cgroup.wrapper());
            try (Run app = jvm.app()) {
                fill(app);
                isLeftAlone(
                        jvm,
                        "pids\\.max has room for (no|\\d) more threads? \\(\\d+ of 61, " + cgroup.limit()
                                + "( \\(peak \\d+\\))?\\)");
                isNotAdvised(jvm);
                // The request goes to the agent itself, through a file.
                OneLine.said(jvm.done("detach"), "the agent in JVM " + jvm.pid() + " has ended");
                isUnharmed(app);
                OneLine.said(jvm.failed("again", "detach"), "no clonetrace agent is active in JVM " + jvm.pid());
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmOfAUserAtTheThreadLimitIsLeftAlone(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "only root can run as a user who has no other threads");
        Path folder = OrdinaryUser.folder("attach-nproc-" + jdk, jdk);
        List<String> wrapper = List.of(
                "setpriv",
                "--reuid=" + LONELY_USER,
                "--regid=" + LONELY_USER,
                "--clear-groups",
                "prlimit",
                "--nproc=" + THREADS_MAX);
        Attached jvm = start(jdk, folder, wrapper);
        try (Run app = jvm.app()) {
            fill(app);
            // A compiler thread of HotSpot's may have exited meanwhile.
            isLeftAlone(jvm, "RLIMIT_NPROC has room for (no|\\d) more threads? \\(\\d+ of 61, ");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmAtMaxMapCountIsLeftAlone(Jdk jdk) throws Exception {
        long max = Long.parseLong(
                Files.readAllLines(Path.of("/proc/sys/vm/max_map_count")).get(0));
        assumeTrue(max <= MOST_MAPPINGS, () -> "vm.max_map_count is " + max + ", and so many mappings take long");
        Path folder = Artifacts.folder("attach-max-map-count-" + jdk);
        Path page = Files.write(folder.resolve("page"), new byte[4096]);
        Attached jvm = start(jdk, folder, List.of(), "" + MAPPINGS_LEFT, page.toString());
        try (Run app = jvm.app()) {
            fill(app);
            isLeftAlone(jvm, "vm\\.max_map_count has room for (no|\\d) more threads? \\(\\d+ of " + max + ", .*");
        }
    }

    /** Its listener runs already: requests that need no thread are answered. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jvmAtPidsMaxIsAskedIfItsAttachListenerRuns(Jdk jdk) throws Exception {
        try (PidsCgroup cgroup = cgroup()) {
            Attached jvm = start(jdk, Artifacts.folder("attach-pids-max-listening-" + jdk), cgroup.wrapper());
            try (Run app = jvm.app()) {
                jvm.jcmd("VM.version");
                fill(app);
                Run stacks = clonetrace(jvm, "stacks", "" + jvm.pid());
                assertEquals("", stacks.stderr());
                assertTrue(stacks.stdout().contains("Attach Listener"), stacks.stdout());
                jvm.done("detach");
                isUnharmed(app);
                OneLine.said(jvm.failed("attach", "attach", "source=none"), "pids.max has room for");
                isUnharmed(app);
            }
        }
    }
}
