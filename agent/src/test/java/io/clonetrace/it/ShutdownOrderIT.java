package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.StartsUntilExit;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TracefsInstances;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order of events at a JVM's end: shutdown hooks and daemon threads start threads until the last moment, and
 * thousands live. Until the recording ends, each thread is in it with its clone, and nothing of the agent outlives the
 * JVM.
 */
class ShutdownOrderIT {
    private static final int MANY = 5_000;
    private static final int EACH_HOOK = 53;

    /** Each source; thousands of live threads with the sources where that costs least. */
    static Stream<Arguments> sources() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of(
                        Arguments.of(jdk, "none", MANY),
                        Arguments.of(jdk, "ptrace", 211),
                        Arguments.of(jdk, "ebpf", MANY),
                        Arguments.of(jdk, "tracefs", 211)));
    }

    @ParameterizedTest(name = "{0}, source={1}, {2} live threads")
    @MethodSource("sources")
    void recordingHoldsEveryThreadUpToItsEnd(Jdk jdk, String source, int live) throws Exception {
        assumeTrue(isFor(source), "the tests do not run as root");
        Path folder = Artifacts.folder("death-" + source + "-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(folder, "app", dying(jdk, source, recording, "exit", live, EACH_HOOK));
        assertEquals(7, run.exitStatus(), run.stderr());
        assertEquals("ends\n", run.stdout());
        assertEquals("", run.stderr());
        leavesNothing(run, source);

        Recorded recorded = Recorded.read(recording);
        List<String> started = names(recorded.named("clonetrace.ThreadStart"));
        assertEquals(1, started.stream().filter("last"::equals).count());
        assertFirstOf(live, started, "parked-");
        assertFirstOf(EACH_HOOK, started, "hook-0-");
        assertFirstOf(EACH_HOOK, started, "hook-1-");
        int steady = count(started, name -> name.startsWith("steady-"));
        assertTrue(steady >= 211, () -> steady + " of them");
        assertFirstOf(steady, started, "steady-");
        assertEquals("stopped", recorded.status("hook").getString("state"));
        assertEquals(0, recorded.status("hook").getLong("lost"));
        if (!source.equals("none")) {
            assertEachHasItsClone(started, recorded);
            assertEquals("stopped", recorded.status(source).getString("state"), recorded.status(source)::toString);
            assertEquals(0, recorded.status(source).getLong("lost"), recorded.status(source)::toString);
        }
    }

    /** No Java code runs any more: what was recorded stays in JFR's own folder. */
    @Tag("alone")
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingStaysEmptyWhenTheJvmHalts(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("death-halt-" + jdk);
        for (String source : List.of("ptrace", "tracefs")) {
            if (isFor(source)) {
                Path recording = folder.resolve(source + ".jfr");
                Run run = Run.toEnd(folder, source, dying(jdk, source, recording, "halt", 53, 0));
                assertEquals(9, run.exitStatus(), run.stderr());
                assertEquals("ends\n", run.stdout());
                assertEquals("", run.stderr());
                assertEquals(0, Files.size(recording));
                if (!source.equals("tracefs")) {
                    leavesNothing(run, source);
                    continue;
                }
                // An instance is the kernel's: the next start removes those of dead processes.
                assertFalse(TracefsInstances.of(run.process().pid()).isEmpty());
                Run next = Run.toEnd(folder, "next", dying(jdk, source, recording, "exit", 0, 0));
                assertEquals(7, next.exitStatus(), next.stderr());
                leavesNothing(run, source);
                leavesNothing(next, source);
            }
        }
    }

    private static List<String> dying(Jdk jdk, String source, Path recording, String how, int live, int eachHook) {
        List<String> options = List.of(
                "--add-opens=jdk.jfr/jdk.jfr=ALL-UNNAMED",
                Artifacts.agent("source=" + source, Run.WAIT, "record=" + recording));
        return Commands.host(jdk, options, StartsUntilExit.class, how, "" + live, "" + eachHook);
    }

    private static boolean isFor(String source) {
        return !List.of("ebpf", "tracefs").contains(source) || OrdinaryUser.isRoot();
    }

    /** The threads of that name are numbered from 0 without a gap. */
    private static void assertFirstOf(int number, List<String> started, String name) {
        List<String> expected =
                IntStream.range(0, number).mapToObj(i -> name + i).sorted().toList();
        List<String> found =
                started.stream().filter(one -> one.startsWith(name)).sorted().toList();
        assertEquals(expected, found);
    }

    private static void assertEachHasItsClone(List<String> started, Recorded recorded) {
        List<String> cloned = names(recorded.clones("java"));
        List<String> named = cloned.stream().filter(started::contains).toList();
        assertEquals(started.stream().sorted().toList(), named.stream().sorted().toList());
    }

    private static List<String> names(List<RecordedEvent> events) {
        return events.stream()
                .map(event -> event.getString("childName"))
                .filter(name -> name != null && name.matches("last|(parked|steady|hook-\\d)-\\d+"))
                .toList();
    }

    private static int count(List<String> names, Predicate<String> which) {
        return (int) names.stream().filter(which).count();
    }

    /** Neither a tracer of it is left, nor its files, nor an instance. */
    private static void leavesNothing(Run run, String source) throws Exception {
        long pid = run.process().pid();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().startsWith("clonetrace-" + pid + "-"))
                            .toList());
        }
        if (source.equals("tracefs")) {
            assertEquals(List.of(), TracefsInstances.of(pid));
        }
        Processes.awaitNoTracer(pid);
    }
}
