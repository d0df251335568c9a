package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.UntilRefused;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.PidsCgroup;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel refuses a thread: the event and one line name the limit, and the application sees what it sees without the
 * agent.
 */
class ThreadStartFailedIT {
    /** A user without other processes: the limit counts all threads of a user. */
    private static final String FRESH_USER = "47113";

    private static final String ERROR = "java.lang.OutOfMemoryError: unable to create native thread: "
            + "possibly out of memory or process/resource limits reached";

    /** Printed by JFR itself when it meets a limit on memory. */
    private static final String NO_ROOM_FOR_JFR = "Unable to complete I/O operation when dumping recording";

    /** Printed by HotSpot at a limit on memory. */
    private static final Pattern NO_MEMORY = Pattern.compile("Native memory allocation \\((mmap|malloc)\\) failed");

    private static final int PIDS_MAX = 61;
    private static final int NPROC = 53;
    private static final int MANY = 2_003;

    /** The kernel's default and half as much again. */
    private static final long MOST_MAPPINGS = 98_000;

    /** Enough for a JVM with a small heap and code cache, and some hundred stacks. */
    private static final long ADDRESS_SPACE = 1_900_000_000;

    private static final List<String> SMALL =
            List.of("-Xmx24m", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=32m", "-XX:CompressedClassSpaceSize=64m");

    /** A limit, and the command line that runs another one under it. */
    private record Limited(String name, long max, String location, List<String> wrapper) {
        boolean ofThreads() {
            return name.equals("pids.max") || name.equals("RLIMIT_NPROC");
        }
    }

    private static List<String> java(Jdk jdk, List<String> options, String... arguments) {
        return Commands.host(
                jdk, Stream.of(SMALL, options).flatMap(List::stream).toList(), UntilRefused.class, arguments);
    }

    private static List<String> under(Limited limited, List<String> command) {
        List<String> all = new ArrayList<>(limited.wrapper());
        all.addAll(command);
        return all;
    }

    /** Runs the application without the agent and with it. */
    private static Recorded compare(Jdk jdk, Path folder, Limited limited, List<String> options, String... arguments)
            throws Exception {
        Path recording = folder.resolve("app.jfr");
        List<String> withAgent = new ArrayList<>(options);
        withAgent.add(Artifacts.agent("source=none", "stacks=off", "record=" + recording));
        Run plain = Run.toEnd(folder, "plain", under(limited, java(jdk, options, arguments)));
        Run run = Run.toEnd(folder, "app", under(limited, java(jdk, withAgent, arguments)));
        for (Run each : List.of(plain, run)) {
            assumeTrue(
                    limited.ofThreads() || !NO_MEMORY.matcher(each.stdout()).find(),
                    "HotSpot needed memory for itself and ended the process");
            assumeTrue(!each.stdout().contains(NO_ROOM_FOR_JFR), "JFR found no memory to write a recording with");
            assertEquals(0, each.exitStatus(), each::toString);
        }
        assertEquals(2, lines(run).stream().filter(ERROR::equals).count(), run.stdout());
        assertEquals(lines(plain), lines(run));
        isSaid(run, limited);

        // Written although JFR's own shutdown hook, a thread, may not have been started.
        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> failed = recorded.named("clonetrace.ThreadStartFailed").stream()
                .filter(event -> !event.getString("childName").equals("twice"))
                .toList();
        assertEquals(2, failed.size());
        failed.forEach(event -> isNamed(event, limited));
        return recorded;
    }

    /** What the application printed; the JVM's own warning contains the time. */
    private static List<String> lines(Run run) throws IOException {
        return run.stdout()
                .lines()
                .filter(line -> !line.contains("[warning][os,thread]"))
                .toList();
    }

    private static void isNamed(RecordedEvent event, Limited limited) {
        assertEquals(limited.name(), event.getString("limit"), event::toString);
        assertEquals(limited.max(), event.getLong("max"));
        assertEquals(ERROR, event.getString("error"));
        // The kernel allows one mapping above the limit.
        assertTrue(event.getLong("used") <= limited.max() + 1, event::toString);
        assertTrue(event.getLong("used") > limited.max() * 0.95, event::toString);
        assertTrue(event.getString("location").startsWith(limited.location()), event::toString);
        assertTrue(event.getString("childName").matches("thread-\\d+|again\u001b\\[31m"), event::toString);
        assertEquals("main", event.getThread().getJavaName());
        List<String> frames = event.getStackTrace().getFrames().stream()
                .filter(frame -> !frame.getMethod().isHidden())
                .map(frame -> frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName())
                .toList();
        assertEquals(
                List.of(
                        "java.lang.Thread.start",
                        UntilRefused.class.getName() + ".start",
                        UntilRefused.class.getName() + ".main"),
                frames);
    }

    /** One line, although two starts failed. */
    private static void isSaid(Run run, Limited limited) throws IOException {
        List<String> said = run.agentLines();
        assertEquals(1, said.size(), said::toString);
        assertTrue(
                said.get(0)
                        .matches("clonetrace: thread \"thread-\\d+\" could not be started: " + limited.name()
                                + " is (reached|the nearest limit): \\d+ of " + limited.max() + ", .*"),
                said::toString);
        assertTrue(said.get(0).contains(limited.location()), said::toString);
    }

    private static void isInTheLimits(Recorded recorded, Limited limited) {
        assertEquals(0, recorded.status("hook").getLong("lost"));
        List<RecordedEvent> limits = recorded.named("clonetrace.ThreadLimit");
        assertTrue(
                limits.stream()
                        .anyMatch(event -> event.getString("limit").equals(limited.name())
                                && event.getLong("max") == limited.max()
                                && event.getString("location").startsWith(limited.location())),
                limits::toString);
        for (String name : List.of("kernel.threads-max", "kernel.pid_max", "vm.max_map_count")) {
            RecordedEvent event = limits.stream()
                    .filter(limit -> limit.getString("limit").equals(name))
                    .findFirst()
                    .orElseThrow();
            assertTrue(event.getLong("used") > 0 && event.getLong("used") <= event.getLong("max"), event::toString);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void pidsMaxIsNamed(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("failed-pids-" + jdk);
        try (PidsCgroup cgroup =
                PidsCgroup.make("clonetrace-it-" + ProcessHandle.current().pid(), PIDS_MAX)) {
            Limited limited = new Limited("pids.max", PIDS_MAX, cgroup.limit(), cgroup.wrapper());
            isInTheLimits(compare(jdk, folder, limited, List.of(), "" + 2 * PIDS_MAX), limited);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void threadLimitOfTheUserIsNamed(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "only root can run as a user who has no other threads");
        Path folder = OrdinaryUser.folder("failed-nproc-" + jdk, jdk);
        Files.setAttribute(folder, "unix:uid", Integer.valueOf(FRESH_USER));
        List<String> wrapper = List.of(
                "setpriv",
                "--reuid=" + FRESH_USER,
                "--regid=" + FRESH_USER,
                "--clear-groups",
                "prlimit",
                "--nproc=" + NPROC);
        String location = "/proc/self/limits (user " + FRESH_USER + ")";
        Limited limited = new Limited("RLIMIT_NPROC", NPROC, location, wrapper);
        isInTheLimits(compare(jdk, folder, limited, List.of(), "" + 2 * NPROC), limited);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void addressSpaceLimitIsNamed(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("failed-as-" + jdk);
        List<String> wrapper = List.of("prlimit", "--as=" + ADDRESS_SPACE);
        Limited limited = new Limited("RLIMIT_AS", ADDRESS_SPACE, "/proc/self/limits", wrapper);
        isInTheLimits(compare(jdk, folder, limited, List.of(), "" + MANY), limited);
    }

    /** The application uses up all mappings that the kernel allows before it starts the thread. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void maxMapCountIsNamed(Jdk jdk) throws Exception {
        String location = "/proc/sys/vm/max_map_count";
        long max = Long.parseLong(Files.readAllLines(Path.of(location)).get(0));
        assumeTrue(max <= MOST_MAPPINGS, () -> "to use up " + max + " mappings takes too long");
        Path folder = Artifacts.folder("failed-mappings-" + jdk);
        Path file = Files.write(folder.resolve("mapped"), new byte[4096]);
        Limited limited = new Limited("vm.max_map_count", max, location, List.of());
        // No compiler and a fixed heap: HotSpot ends the process if anything else takes a mapping. The interpreter
        // counts so many so slowly that the recording may end before the last ThreadLimit.
        compare(jdk, folder, limited, List.of("-Xint", "-Xms64m", "-Xmx64m"), "50", file.toString());
    }

    /** Only the recording mentions a thread started twice, and no limit is looked for. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void noLimitIsNamedForAThreadStartedTwice(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("failed-twice-" + jdk);
        Path recording = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=none", "record=" + recording);
        Run run = Run.toEnd(folder, "app", java(jdk, List.of(agent), "0"));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());
        List<RecordedEvent> failed = Recorded.read(recording).named("clonetrace.ThreadStartFailed");
        assertEquals(1, failed.size());
        assertEquals("java.lang.IllegalThreadStateException", failed.get(0).getString("error"));
        for (String name : List.of("limit", "location")) {
            assertEquals(null, failed.get(0).getString(name));
        }
        assertEquals(-1, failed.get(0).getLong("used"));
        assertFalse(run.stdout().contains("OutOfMemoryError"));
    }
}
