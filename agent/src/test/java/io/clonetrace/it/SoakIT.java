package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A shorter run of scripts/soak.sh, which makes a million threads: nothing grows, and nothing is missing. */
@Tag("long")
class SoakIT {
    private static final int THREADS = 40_000;

    @Test
    void nothingGrowsAndNothingIsMissing() throws Exception {
        Path folder = Artifacts.folder("soak");
        Run run = Run.start(
                folder,
                "soak",
                List.of(
                        Artifacts.SCRIPTS.resolve("soak.sh").toString(),
                        "--threads",
                        "" + THREADS,
                        "--checkpoints",
                        "10",
                        "--from",
                        "" + THREADS / 2,
                        // The JVM still compiles so early; the long run allows less.
                        "--resident",
                        "32",
                        "--control",
                        "no",
                        "--out",
                        folder.resolve("out").toString()),
                Map.of("JAVA_HOME", Jdk.current().home().toString()));
        assertEquals(0, run.exitStatus(), run.stdout() + run.stderr());
        assertEquals(List.of(), run.agentLines());
        for (String name : List.of("in ThreadStart", "in ThreadStack, at end", "threads created")) {
            assertTrue(
                    run.stdout().lines().anyMatch(line -> line.matches(name + " +40,000   ok")),
                    () -> name + ": " + run);
        }
    }
}
