package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.StraceTruth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 1,009 threads made in every way that an application has: the recording, strace's lines and the application's own
 * output agree.
 */
class ThreadsIT {
    private static final int THREADS = 1_009;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void everyThreadOfEveryKindHasItsClone(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("threads-" + jdk);
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(folder, "app", straced(jdk, trace, recording, "--creators", "1"));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());

        StraceTruth truth = StraceTruth.read(trace);
        Recorded recorded = Recorded.read(recording);
        EachClone.compare(truth, recorded);
        DemoTruth.compare(run.stdout(), recorded);
        assertEquals("stopped", recorded.status("strace").getString("state"));
        assertEquals(0, recorded.status("strace").getLong("lost"));
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void threadsOfEightCreatorsHaveTheirClones(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("creators-" + jdk);
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(folder, "app", straced(jdk, trace, recording, "--creators", "8", "--only", "plain"));
        assertEquals(0, run.exitStatus(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        EachClone.compare(StraceTruth.read(trace), recorded);
        List<RecordedEvent> plain = DemoTruth.named(recorded.clones("java"), "plain-");
        assertEquals(THREADS, plain.size());
        Set<Integer> creators =
                plain.stream().map(event -> event.getInt("parentTid")).collect(Collectors.toSet());
        assertEquals(8, creators.size());
    }

    private static List<String> straced(Jdk jdk, Path trace, Path recording, String... arguments) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-q", "-ttt"));
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none", "-o", trace.toString()));
        command.addAll(
                List.of(jdk.tool("java"), Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording)));
        command.addAll(List.of("-jar", Artifacts.DEMO.toString(), "--threads", "" + THREADS));
        command.addAll(List.of("--processes", "" + DemoTruth.PROCESSES));
        command.addAll(List.of(arguments));
        return command;
    }
}
