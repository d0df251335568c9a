package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.report.Recordings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A report on more threads than fit into its heap. */
class ReportMemoryIT {
    private static final int THREADS = 200_003;
    private static final long MEGA = 1 << 20;

    @Test
    void reportSaysThatItNeedsMoreMemory() throws Exception {
        Path recording = Recordings.file(() -> {
            for (int tid = 1; tid <= THREADS; tid++) {
                Recordings.stack(tid, "java", "end", MEGA, tid);
            }
        });
        Run run = Run.toEnd(
                Artifacts.folder("report-memory"),
                "report",
                List.of(
                        "" + Jdk.current().tool("java"),
                        "-Xmx24m",
                        "-jar",
                        "" + Artifacts.JAR,
                        "report",
                        "" + recording));
        assertEquals(1, run.exitStatus());
        assertEquals("", run.stdout());
        List<String> said = run.agentLines();
        assertEquals(1, said.size(), run.stderr());
        // A file is called damaged only for its bytes.
        assertTrue(said.get(0).contains("needs more memory than this JVM's heap of"), run.stderr());
    }
}
