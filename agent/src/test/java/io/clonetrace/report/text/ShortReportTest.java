package io.clonetrace.report.text;

import static io.clonetrace.report.Recordings.cloned;
import static io.clonetrace.report.Recordings.jvm;
import static io.clonetrace.report.Recordings.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.RecordedLimit;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.Fleet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShortReportTest {
    private static void says(String line, Recordings.Commits commits) throws IOException {
        StringWriter text = new StringWriter();
        new ShortReport(new PrintWriter(text)).print(Path.of("app.jfr"), jvm(commits));
        assertTrue(text.toString().lines().anyMatch(line::equals), text::toString);
    }

    @Test
    void refusedAndLostSourcesHaveAReason() throws IOException {
        says("  ebpf: refused, because it takes root", () -> status("ebpf", "refused", "it takes root", 0, -1));
        says("  ptrace: lost, because the tracer ended", () -> status("ptrace", "lost", "the tracer ended", 5, -1));
    }

    @Test
    void stoppedSourceReportsItsLosses() throws IOException {
        says(
                "  stacks: 67 measured, 2 lost (2 threads ran)",
                () -> status("stacks", "stopped", "2 threads ran", 67, 2));
    }

    @Test
    void worstFindingIsNamed() throws IOException {
        says(
                "  problem: The limit kernel.pid_max is near: 99.0% of it is in use.",
                () -> RecordedLimit.commit("kernel.pid_max", 99, 100, "/proc/sys/kernel/pid_max"));
    }

    @Test
    void recordingWithoutClonetraceEventsSaysWhatToDo() throws IOException {
        Path file = Recordings.file(List.of("jdk.ThreadStart", "jdk.ThreadEnd"), () -> {
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
        });
        Fleet fleet = Recordings.read(file);
        assertFalse(fleet.jvms().get(0).hasAgent());
        StringWriter text = new StringWriter();
        new ShortReport(new PrintWriter(text))
                .print(Path.of("app.jfr"), fleet.jvms().get(0));
        assertEquals(
                "clonetrace: no clonetrace events in app.jfr: the agent was not active in its JVM, pid not recorded."
                        + " What that JVM printed to stderr may say why; clonetrace doctor says what keeps the agent from"
                        + " working here.",
                text.toString().strip().replaceAll("\\s+", " "));
    }

    @Test
    void agentWithoutASourceSaysSo() throws IOException {
        StringWriter text = new StringWriter();
        new ShortReport(new PrintWriter(text))
                .print(Path.of("app.jfr"), jvm(() -> status("stacks", "active", null, 0, 0)));
        assertTrue(text.toString().contains(": no source of clone flags reported a status"), text::toString);
    }

    /** The recording of a JVM that still runs, or was killed. */
    @Test
    void activeSourceWithoutCountsSaysSo() throws IOException {
        Fleet killed = Recordings.fleet(() -> {
            status("ebpf", "active", null, 0, 0);
            cloned("java", "clone3", 0x3d0f00, 1 << 20, null);
        });
        StringWriter text = new StringWriter();
        new ShortReport(new PrintWriter(text))
                .print(Path.of("app.jfr"), killed.jvms().get(0));
        String paragraph = text.toString().replaceAll("\\s+", " ");
        assertTrue(
                paragraph.contains(
                        ": clone calls recorded: 1; ebpf is active, and its counts are not in the recording"),
                paragraph);
        List<String> report = Recordings.report(killed);
        assertTrue(report.contains("source  ebpf: active, its counts are not in the recording"), report::toString);
    }

    @Test
    void activeSourceShowsItsEarlierCounts() throws IOException {
        List<String> report = Recordings.report(Recordings.fleet(() -> status("ebpf", "active", null, 101, 0)));
        assertTrue(
                report.contains("source  ebpf: active, 101 clone calls seen, 0 lost at its last report"),
                report::toString);
    }
}
