package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.EndsAtLimit;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.PidsCgroup;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A JVM ends while no more threads can be started: with each source, its recording is complete and says why. An agent
 * or a tracer that would take the last threads is not started.
 */
class EndAtLimitIT {
    /** Runs of each case; {@code -Dclonetrace.limit.runs=100} for more. */
    private static final int RUNS = Integer.getInteger("clonetrace.limit.runs", 1);

    /** Another for each test JVM, with no other process: the limit counts all threads of a user. */
    private static final String FRESH_USER =
            Long.toString(30_000 + ProcessHandle.current().pid() % 1_000);

    private static final int MAX = 71;
    private static final int MORE = 211;

    /** So that the number of threads doesn't depend on the number of processors. */
    private static final String FEW_THREADS = "-XX:+UseSerialGC";

    /** Enough for the agent but not for a tracer; and not enough for the agent. */
    private static final int ROOM_FOR_THE_AGENT = 47;

    private static final int NO_ROOM = 31;

    /** Enough for the 64 MiB stacks of the JVM's and the application's threads, but not for 22 more. */
    private static final String ADDRESS_SPACE = "--as=" + (2_500L << 20);

    private static final List<String> LARGE_STACKS = List.of(
            "-Xss64m",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompressedClassSpaceSize=16m",
            "-XX:ReservedCodeCacheSize=32m");

    static Stream<Arguments> kernelSources() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of("none", "ebpf", "tracefs", "ptrace", "strace")
                        .map(source -> Arguments.of(jdk, source)));
    }

    static Stream<Arguments> sources() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of("none", "ptrace", "strace").map(source -> Arguments.of(jdk, source)));
    }

    private static List<String> under(
            List<String> wrapper, Jdk jdk, Path recording, String source, String... arguments) {
        List<String> command = new ArrayList<>(wrapper);
        List<String> options =
                List.of(FEW_THREADS, Artifacts.agent("source=" + source, Run.WAIT, "record=" + recording));
        command.addAll(Commands.host(jdk, options, EndsAtLimit.class, arguments));
        return command;
    }

    private static PidsCgroup cgroup(int max) throws IOException {
        return PidsCgroup.make("clonetrace-it-end-" + ProcessHandle.current().pid(), max);
    }

    private static void runsToItsEnd(List<String> wrapper, Path folder, Jdk jdk, String source) throws Exception {
        for (int i = 0; i < RUNS; i++) {
            Path recording = folder.resolve("app-" + i + ".jfr");
            // Ends by both ways, in turns.
            boolean exits = (i + source.length()) % 2 == 0;
            List<String> command = exits
                    ? under(wrapper, jdk, recording, source, "" + MORE, "exit")
                    : under(wrapper, jdk, recording, source, "" + MORE);
            Run run = Run.toEnd(folder, "app-" + i, command);
            assertEquals(exits ? 3 : 0, run.exitStatus(), run.stdout() + run.stderr());
            assertTrue(run.stdout().contains("refused\n"), run.stdout());
            isWhole(recording, source, run);
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(
                        List.of(),
                        files.filter(file -> file.getFileName().toString().startsWith("hs_"))
                                .toList());
            }
        }
    }

    private static void isWhole(Path recording, String source, Run run) throws IOException {
        Recorded recorded = Recorded.read(recording);
        assertTrue(recorded.named("clonetrace.ThreadStartFailed").stream()
                .anyMatch(event -> event.getString("childName").startsWith("thread-")));
        assertEquals(0, recorded.status("hook").getLong("lost"), () -> "" + recorded.status("hook"));
        RecordedEvent status = recorded.status(source);
        if (source.equals("none")) {
            return;
        }
        assumeTrue(
                List.of("ptrace", "strace").contains(source)
                        || !status.getString("state").equals("refused"),
                () -> "refused here: " + status.getString("reason"));
        assertEquals("stopped", status.getString("state"), status::toString);
        long started = run.stdout()
                .lines()
                .filter(line -> line.matches("\\d+"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
        long clones = recorded.clones("java").stream()
                .filter(event -> event.getString("childName").startsWith("thread-"))
                .count();
        assertTrue(clones <= started && clones + status.getLong("lost") >= started, () -> started + ", " + status);
        assertTrue(clones > 0, status::toString);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("kernelSources")
    void recordingIsCompleteIfPidsMaxIsReached(Jdk jdk, String source) throws Exception {
        Path folder = Artifacts.folder("end-pids-" + jdk + source);
        try (PidsCgroup cgroup = cgroup(MAX)) {
            runsToItsEnd(cgroup.wrapper(), folder, jdk, source);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("sources")
    void recordingIsCompleteIfTheUsersThreadLimitIsReached(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "only root can run as a user who has no other threads");
        Path folder = OrdinaryUser.folder("end-nproc-" + jdk + source, jdk);
        Files.setAttribute(folder, "unix:uid", Integer.valueOf(FRESH_USER));
        List<String> wrapper = List.of(
                "setpriv",
                "--reuid=" + FRESH_USER,
                "--regid=" + FRESH_USER,
                "--clear-groups",
                "prlimit",
                "--nproc=" + MAX);
        runsToItsEnd(wrapper, folder, jdk, source);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void tracerIsNotStartedWithoutRoomForIt(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("room-tracer-" + jdk);
        Path recording = folder.resolve("app.jfr");
        try (PidsCgroup cgroup = cgroup(ROOM_FOR_THE_AGENT)) {
            Run run = Run.toEnd(folder, "app", under(cgroup.wrapper(), jdk, recording, "ptrace", "7"));
            assertEquals(0, run.exitStatus(), run.stderr());
            assertEquals("7\n", run.stdout());
            RecordedEvent status = Recorded.read(recording).status("ptrace");
            assertEquals("refused", status.getString("state"));
            String why = status.getString("reason");
            assertTrue(
                    why.matches(
                            "pids.max has room for \\d+ more threads .*\\b" + ROOM_FOR_THE_AGENT + ", " + cgroup.limit()
                                    + "( \\(peak \\d+\\))?\\), but ptrace needs 19 and leaves 16 to the application; raise it .*"),
                    why);
            assertEquals(List.of("clonetrace: clone flags are not observed: ptrace: " + why), run.agentLines());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void agentIsNotStartedWithoutRoomForIt(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("room-agent-" + jdk);
        Path recording = folder.resolve("app.jfr");
        try (PidsCgroup cgroup = cgroup(NO_ROOM)) {
            Run run = Run.toEnd(folder, "app", under(cgroup.wrapper(), jdk, recording, "ptrace", "7"));
            assertEquals(0, run.exitStatus(), run.stderr());
            assertEquals("7\n", run.stdout());
            assertEquals(1, run.agentLines().size(), run.stderr());
            assertTrue(
                    run.agentLines()
                            .get(0)
                            .matches("clonetrace: not started: pids.max has room for \\d+ more threads? .*"
                                    + "; the application runs without the agent"),
                    run.stderr());
            assertFalse(Files.exists(recording));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void agentIsNotStartedWithoutAddressSpaceForIt(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("room-address-space-" + jdk);
        List<String> command = under(List.of("prlimit", ADDRESS_SPACE), jdk, folder.resolve("app.jfr"), "none", "1");
        command.addAll(command.indexOf(FEW_THREADS), LARGE_STACKS);
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("1\n", run.stdout());
        OneLine.said(run, "not started: RLIMIT_AS has room for ", " but the agent needs 7 and leaves 16 to the");
    }
}
