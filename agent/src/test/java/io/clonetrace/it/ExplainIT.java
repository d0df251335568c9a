package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code explain} of the packaged jar, in a small heap. */
class ExplainIT {
    private static final String JAVA = Jdk.current().tool("java") + " -Xmx48m -jar " + Artifacts.JAR + " explain ";
    private static final Path FILES =
            Path.of("src/test/resources/io/clonetrace/explain").toAbsolutePath();

    private static Run shell(String name, String command) throws Exception {
        return Run.toEnd(Artifacts.folder("explain-" + name), "explain", List.of("sh", "-c", command));
    }

    /** An error file at the end of a log of 60 MB. */
    @Test
    void aLargeLogIsReadInASmallHeap() throws Exception {
        int lines = 1_000_003;
        String log = "(yes '2026-11-29 08:00:00 INFO [worker-7] com.example.Service done' | head -n " + lines
                + "; zcat " + FILES + "/hserr/maps-25.log.gz)";
        Run run = shell("large", log + " | " + JAVA + "-");

        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("", run.stderr());
        String text = run.stdout().replaceAll("\\s+", " ");
        assertTrue(text.contains("stdin:" + (lines + 2) + "-"), run.stdout());
        assertTrue(text.contains("problem: Threads could not be started: vm.max_map_count is reached."), run.stdout());
    }

    @Test
    void whatIsNotRecognisedIsAFailure() throws Exception {
        Run run = shell("nothing", "echo hello | " + JAVA + "-");

        assertEquals(1, run.exitStatus());
        assertEquals("stdin is of no known kind: 1 line, none recognised.\n", run.stdout());
        assertEquals(List.of("clonetrace: nothing was recognised; docs/explain.md says what can be"), run.agentLines());
    }
}
