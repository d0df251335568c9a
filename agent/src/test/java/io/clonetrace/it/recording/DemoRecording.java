package io.clonetrace.it.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A recording of the demo application under strace, with some events of each kind and values of every form. */
public final class DemoRecording {
    private DemoRecording() {}

    /** Makes {@code app.jfr} in the folder. */
    public static Path make(Jdk jdk, Path folder) throws IOException, InterruptedException {
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        List<String> java = new ArrayList<>(List.of(jdk.tool("java")));
        java.add(Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording));
        java.addAll(List.of("-jar", Artifacts.DEMO.toString(), "--threads", "7", "--processes", "3"));
        java.addAll(List.of("--only", "plain,stack-sizes,process"));
        Run run = Run.toEnd(folder, "app", Commands.strace(trace.toString(), java));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());
        return recording;
    }
}
