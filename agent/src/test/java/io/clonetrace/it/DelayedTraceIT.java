package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Ending;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.StraceTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The trace reaches the agent later than the clones happen: it waits a while, and counts what it did not wait for. */
class DelayedTraceIT {
    private static final int THREADS = 53;

    /**
     * Reads strace's output from stdin, as much as there is at a time, and appends it to a file after a while. The
     * truth is what strace wrote, the late file is what the agent reads.
     */
    private static final String SLOW_COPY = """
        |cd %s
        while dd bs=%d count=1 of=block status=none && test -s block; do
            cat block >>truth
            %s
            cat block >>late
        done
        """;

    /**
     * The VM's first threads arrive in time, so that the source is known to see this process; the others when the
     * recording has been written.
     */
    private static final String AT_FIRST_QUICK =
            "test $(wc -l <late) -lt 15 || until test -s app.jfr; do sleep 0.1; done";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void everyCloneIsRecordedFromADelayedTrace(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("late-" + jdk);
        Path late = Files.createFile(folder.resolve("late"));
        allIsRecorded(jdk, folder, late, SLOW_COPY.formatted(folder, 1 << 16, "sleep 0.1"));
    }

    /** tee opens the pipe for writing, which waits until the agent opens it for reading. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void everyCloneIsRecordedFromANamedPipe(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("late-pipe-" + jdk);
        Path pipe = folder.resolve("pipe");
        assertEquals(
                0,
                Run.toEnd(folder, "mkfifo", List.of("mkfifo", pipe.toString())).exitStatus());
        allIsRecorded(jdk, folder, pipe, "|cd " + folder + "; exec tee -p truth >pipe");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void clonesThatComeTooLateAreCountedAsLost(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("too-late-" + jdk);
        Path late = Files.createFile(folder.resolve("late"));
        Recorded recorded = run(jdk, folder, late, SLOW_COPY.formatted(folder, 1 << 11, AT_FIRST_QUICK));
        Set<Integer> cloned = tids(recorded.named("clonetrace.Clone"));
        List<RecordedEvent> starts = recorded.named("clonetrace.ThreadStart");
        long unseen = starts.stream()
                .filter(start -> !cloned.contains(start.getInt("childTid")))
                .count();
        RecordedEvent status = recorded.status("strace");
        assertTrue(unseen > 0, "nothing was too late");
        assertTrue(status.getLong("lost") >= unseen, () -> unseen + " have no clone: " + status);
        assertEquals(0, recorded.status("hook").getLong("lost"));
    }

    private static void allIsRecorded(Jdk jdk, Path folder, Path source, String out) throws Exception {
        Recorded recorded = run(jdk, folder, source, out);
        EachClone.compare(StraceTruth.read(folder.resolve("truth")), recorded);
        List<RecordedEvent> java = recorded.clones("java");
        assertEquals(THREADS, count(java, "parked-"));
        assertEquals(1, count(java, "last"));
        assertEquals("stopped", recorded.status("strace").getString("state"));
        assertEquals(0, recorded.status("strace").getLong("lost"));
    }

    private static Recorded run(Jdk jdk, Path folder, Path source, String out)
            throws IOException, InterruptedException {
        Path recording = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=strace:" + source, Run.WAIT, "record=" + recording);
        List<String> java = Commands.host(jdk, List.of(agent), Ending.class, "exit", "" + THREADS);
        Run run = Run.toEnd(folder, "app", Commands.strace(out, java));
        assertEquals(7, run.exitStatus(), run.stderr());
        assertEquals("", run.stderr());
        Recorded recorded = Recorded.read(recording);
        assertEquals(1, count(recorded.named("clonetrace.ThreadStart"), "last"));
        return recorded;
    }

    private static long count(List<RecordedEvent> events, String prefix) {
        return events.stream()
                .filter(event -> event.getString("childName").startsWith(prefix))
                .count();
    }

    private static Set<Integer> tids(List<RecordedEvent> clones) {
        return clones.stream().map(event -> event.getInt("childTid")).collect(Collectors.toSet());
    }
}
