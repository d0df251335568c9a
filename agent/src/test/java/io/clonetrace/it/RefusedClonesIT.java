package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Forbidden;
import io.clonetrace.it.host.Hello;
import io.clonetrace.it.host.UntilRefused;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.PidsCgroup;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clones that the kernel refuses, as events: one for each failed start, with the limit; the application sees no more.
 */
class RefusedClonesIT {
    private static final int PIDS_MAX = 67;
    private static final long THREAD = 0x3d0f00; // what glibc passes for a thread

    @BeforeEach
    void needsRoot() {
        assumeTrue(OrdinaryUser.isRoot(), "the source ebpf needs root");
    }

    static Stream<Arguments> sources() {
        return Jdk.underTest().flatMap(jdk -> Stream.of("ebpf", "strace").map(source -> Arguments.of(jdk, source)));
    }

    private static List<String> joined(List<String> wrapper, List<String> command) {
        return Stream.of(wrapper, command).flatMap(List::stream).toList();
    }

    /** Runs the application without the agent and with it: it prints and returns the same. */
    private static Recorded compare(
            Path folder, String source, Jdk jdk, List<String> wrapper, Class<?> main, String... arguments)
            throws Exception {
        Path recording = folder.resolve("app.jfr");
        List<String> small = List.of("-XX:+UseSerialGC", "-Xmx48m");
        List<String> withAgent = new ArrayList<>(small);
        withAgent.add(Artifacts.agent("source=" + source, Run.WAIT, "record=" + recording));
        Run plain = Run.toEnd(folder, "plain", joined(wrapper, Commands.host(jdk, small, main, arguments)));
        Run run = Run.toEnd(folder, "app", joined(wrapper, Commands.host(jdk, withAgent, main, arguments)));
        assertEquals(plain.exitStatus(), run.exitStatus(), run::toString);
        assertEquals(lines(plain), lines(run));
        assertFalse(run.stderr().contains(" became active "), run::toString);
        Recorded recorded = Recorded.read(recording);
        assertEquals(0, recorded.status("hook").getLong("lost"));
        assertEquals(source, recorded.status(source).getString("source"));
        return recorded;
    }

    /** What the application printed; the JVM's own warnings contain the time. */
    private static List<String> lines(Run run) throws IOException {
        return run.stdout()
                .lines()
                .filter(line -> !line.contains("[warning][os,thread]"))
                .toList();
    }

    private static List<RecordedEvent> refused(Recorded recorded, String kind) {
        return recorded.named("clonetrace.Clone").stream()
                .filter(event -> event.getString("error") != null && kind.equals(event.getString("kind")))
                .toList();
    }

    private static void isThread(RecordedEvent event, String error, String source) {
        assertEquals(error, event.getString("error"), event::toString);
        assertEquals("clone3", event.getString("syscall"));
        assertEquals(THREAD, event.getLong("flags"));
        assertEquals(-1, event.getInt("childTid"));
        assertTrue(event.getLong("stackSize") > 0, event::toString);
        assertTrue(event.getLong("tls") > 0, event::toString);
        assertEquals(source, event.getString("source"));
    }

    /** Each has a start that failed, and each start has one. */
    private static void areJoined(Recorded recorded, List<RecordedEvent> refused) {
        List<String> failed = recorded.named("clonetrace.ThreadStartFailed").stream()
                .filter(event -> event.getString("error").contains("unable to create native thread"))
                .map(event -> event.getLong("childId") + " " + event.getString("childName") + " main")
                .sorted()
                .toList();
        assertFalse(failed.isEmpty());
        assertEquals(
                failed,
                refused.stream()
                        .map(event -> event.getLong("childId") + " " + event.getString("childName") + " "
                                + event.getString("parentName"))
                        .sorted()
                        .toList());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sources")
    void startAtPidsMaxIsOneRefusedCloneOfFourAttempts(Jdk jdk, String source) throws Exception {
        Path folder = Artifacts.folder("refused-pids-" + jdk + "-" + source);
        String name = "clonetrace-refused-" + ProcessHandle.current().pid();
        try (PidsCgroup cgroup = PidsCgroup.make(name, PIDS_MAX)) {
            Recorded recorded = compare(folder, source, jdk, cgroup.wrapper(), UntilRefused.class, "" + 2 * PIDS_MAX);
            List<RecordedEvent> refused = refused(recorded, "java");
            assertEquals(2, refused.size(), refused::toString);
            areJoined(recorded, refused);
            for (RecordedEvent event : refused) {
                isThread(event, "EAGAIN", source);
                assertEquals(4, event.getInt("attempts"), event::toString);
                assertEquals("pids.max", event.getString("limit"));
                assertEquals(PIDS_MAX, event.getLong("max"));
                assertTrue(event.getLong("used") > PIDS_MAX - 3, event::toString);
                assertTrue(event.getString("location").startsWith(cgroup.limit()), event::toString);
            }
        }
    }

    /** A library forbids clone3 while the JVM runs: its own two attempts are a row, then each start one. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sources")
    void forbiddenCloneNamesTheFilterAndNoLimit(Jdk jdk, String source) throws Exception {
        Path folder = Artifacts.folder("refused-eperm-" + jdk + "-" + source);
        Path library =
                Restricted.compiled(folder.resolve("libforbid.so"), "forbid_clone3.c", "-shared", "-fPIC", "-pthread");
        Recorded recorded = compare(folder, source, jdk, List.of(), Forbidden.class, library.toString());
        // A shutdown hook's thread is refused too, so late that its start may not be joined.
        List<RecordedEvent> refused = refused(recorded, "java").stream()
                .filter(event -> event.getString("childName") != null)
                .toList();
        assertEquals(3, refused.size(), refused::toString);
        areJoined(recorded, refused);
        List<RecordedEvent> ofLibrary = recorded.named("clonetrace.Clone").stream()
                .filter(event -> event.getString("error") != null && !"agent".equals(event.getString("kind")))
                .filter(event -> event.getInt("attempts") == 2)
                .toList();
        assertEquals(1, ofLibrary.size(), ofLibrary::toString);
        assertNull(ofLibrary.get(0).getString("childName"));
        assertEquals("main", ofLibrary.get(0).getString("parentName"));
        for (RecordedEvent event :
                Stream.concat(refused.stream(), ofLibrary.stream()).toList()) {
            assertEquals(event.getString("childName") == null ? 2 : 1, event.getInt("attempts"), event::toString);
            isThread(event, "EPERM", source);
            assertNull(event.getString("limit"));
            assertEquals(-1, event.getLong("max"));
            String location = event.getString("location");
            assertTrue(
                    location.startsWith("EPERM is no limit's: a seccomp filter is on (Seccomp: 2 in /proc/")
                            && location.contains("Docker"),
                    location);
        }
        recorded.named("clonetrace.ThreadStartFailed")
                .forEach(event -> assertTrue(event.getString("location").contains("Seccomp: 2"), event::toString));
    }

    /** As under Docker's profile: glibc falls back to clone, and each thread runs. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sources")
    void missingClone3IsARowOfItsOwn(Jdk jdk, String source) throws Exception {
        Path folder = Artifacts.folder("refused-enosys-" + jdk + "-" + source);
        List<String> wrapper = Restricted.command(folder, "enosys:clone3", List.of());
        Recorded recorded = compare(folder, source, jdk, wrapper, Hello.class);
        List<RecordedEvent> missing = recorded.named("clonetrace.Clone").stream()
                .filter(event -> event.getString("error") != null)
                .toList();
        assertFalse(missing.isEmpty());
        for (RecordedEvent event : missing) {
            isThread(event, "ENOSYS", source);
            assertNull(event.getString("limit"));
        }
        assertTrue(
                recorded.named("clonetrace.Clone").stream()
                        .anyMatch(event -> event.getString("error") == null
                                && event.getString("syscall").equals("clone")),
                recorded::toString);
        assertEquals(List.of(), recorded.named("clonetrace.ThreadStartFailed"));
    }

    /** The JVM can't make its first thread, and no recording is begun. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sources")
    void jvmThatMayNotMakeThreadsIsExplainedByRun(Jdk jdk, String source) throws Exception {
        Path folder = Artifacts.folder("refused-run-" + jdk + "-" + source);
        List<String> command = new ArrayList<>(Commands.clonetrace(jdk, "run", "--source", source, "--"));
        command.addAll(Restricted.command(folder, "clone3", Commands.host(jdk, List.of(), Hello.class)));
        Run run = Run.toEnd(folder, "run", command);
        assertTrue(run.exitStatus() != 0);
        List<String> said = run.agentLines();
        assertEquals(1, said.size(), said::toString);
        assertTrue(
                said.get(0)
                        .matches(
                                "clonetrace: the kernel refused \\d+ clones with EPERM, .*seccomp filter.*20\\.10\\.10.*"),
                said::toString);
    }
}
