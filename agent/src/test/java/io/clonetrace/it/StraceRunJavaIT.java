package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.Started;
import io.clonetrace.it.truth.StraceTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code scripts/strace-run.sh -- java ...} adds the agent, which reads the trace. */
class StraceRunJavaIT {
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void agentIsAdded(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("strace-run-java-" + jdk);
        Run run = unchanged(jdk, folder, List.of());
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(folder.resolve("app.jfr"));
        EachClone.compare(StraceTruth.read(folder.resolve("app.strace")), recorded);
        assertEquals(Application.THREADS, Started.count(recorded.clones("java")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingIsWrittenWhereOptionRSays(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("strace-run-java-r-" + jdk);
        Path recording = folder.resolve("else.jfr");
        unchanged(jdk, folder, List.of("-r", recording.toString()));
        assertEquals(Application.THREADS, Started.count(Recorded.read(recording).clones("java")));
        assertFalse(Files.exists(folder.resolve("app.jfr")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingIsRecordedWithOptionRNone(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("strace-run-java-none-" + jdk);
        Run run = unchanged(jdk, folder, List.of("-r", "none"));
        assertEquals(List.of(), run.agentLines());
        assertFalse(Files.exists(folder.resolve("app.jfr")));
        assertTrue(StraceTruth.read(folder.resolve("app.strace")).calls().size() > Application.THREADS);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void javaThatHasTheAgentIsLeftAlone(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("strace-run-java-own-" + jdk);
        Path recording = folder.resolve("own.jfr");
        Run run = unchanged(jdk, folder, List.of(), Artifacts.agent("source=none", "record=" + recording));
        assertEquals(List.of(), run.agentLines());
        assertFalse(Files.exists(folder.resolve("app.jfr")));
        assertEquals(Application.THREADS, Started.count(Recorded.read(recording).named("clonetrace.ThreadStart")));
    }

    private static Run unchanged(Jdk jdk, Path folder, List<String> options, String... javaOptions)
            throws IOException, InterruptedException {
        Application application = new Application(jdk, folder);
        List<String> command = new ArrayList<>(List.of(Artifacts.SCRIPTS + "/strace-run.sh"));
        command.addAll(List.of("-o", folder.resolve("app.strace").toString()));
        command.addAll(options);
        command.add("--");
        command.addAll(application.java(javaOptions));
        return application.unchanged(command);
    }
}
