package io.clonetrace.report.text;

import static io.clonetrace.report.Recordings.jvm;
import static io.clonetrace.report.Recordings.status;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShortReportTest {
    private static void says(String line, Recordings.Commits commits) throws IOException {
        StringWriter text = new StringWriter();
        new ShortReport(new PrintWriter(text)).print(Path.of("app.jfr"), jvm(commits));
        assertTrue(text.toString().lines().anyMatch(line::equals), text::toString);
    }

    @Test
    void whatWasRefusedOrLostHasACause() throws IOException {
        says("  ebpf: refused, because it takes root", () -> status("ebpf", "refused", "it takes root", 0, -1));
        says("  ptrace: lost, because the tracer ended", () -> status("ptrace", "lost", "the tracer ended", 5, -1));
    }

    @Test
    void whatStoppedSaysWhatItMissed() throws IOException {
        says(
                "  stacks: 67 measured, 2 lost (2 threads ran)",
                () -> status("stacks", "stopped", "2 threads ran", 67, 2));
    }
}
