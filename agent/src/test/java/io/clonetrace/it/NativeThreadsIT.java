package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads made by native code differ from the VM's in the function they run. */
class NativeThreadsIT {
    private static final int THREADS = 7;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nativeThreadsAreOfTheirOwnKind(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("native-threads-" + jdk);
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(
                folder,
                "app",
                List.of(
                        "strace",
                        "-f",
                        "-ttt",
                        "-o",
                        trace.toString(),
                        "-e",
                        "trace=clone,clone3",
                        jdk.tool("java"),
                        Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording),
                        "-cp",
                        Artifacts.TEST_CLASSES + ":" + Artifacts.HOST_LIBRARIES + "/*",
                        "io.clonetrace.it.host.NativeThreads",
                        "" + THREADS));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("native " + THREADS + "\n", run.stdout());

        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> threads = recorded.clones("native");
        assertEquals(
                THREADS,
                threads.size(),
                () -> recorded.named("clonetrace.Clone").toString());
        for (RecordedEvent thread : threads) {
            assertEquals("main", thread.getString("parentName"));
            assertEquals(-1, thread.getLong("childId"));
        }
        List<String> vm = recorded.clones("vm").stream()
                .map(event -> String.valueOf(event.getString("childName")))
                .toList();
        assertEquals(1, vm.stream().filter("VM Thread"::equals).count(), vm::toString);
    }
}
