package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDeniedTest {
    private static final long DEADLINE_SECONDS = 60;

    @TempDir
    private Path directory;

    @Test
    void refusesWithTheReasonWhereExecutablePagesAreDenied() throws Exception {
        Path out = directory.resolve("out");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // Without a compiler the JVM itself needs no new executable pages.
        Process process = new ProcessBuilder(
                        java, "-Xint", "-cp", ObservedDemoTest.classPath(), DemoDenied.class.getName())
                .redirectOutput(out.toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertEquals(0, process.waitFor(), Files.readString(directory.resolve("err")));
        String said = Files.readString(out).replaceAll("\\s+", " ");
        assumeFalse(said.equals(DemoDenied.NOT_HERE), "PR_SET_MDWE came with Linux 6.3");
        for (String how : List.of("pthread_create", "clone", "clone3", "fork")) {
            String refusal =
                    how + ": refused: executable pages are denied here (mprotect(PROT_READ|PROT_EXEC): EACCES)";
            assertTrue(said.contains(refusal), said);
        }
        assertTrue(said.contains(" guard 16384 "), "the Java thread is shown all the same: " + said);
    }
}
