package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.RecordedFailure;
import io.clonetrace.report.RecordedLimit;
import io.clonetrace.report.Recordings.Commits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code report} ends with, and what it compares. */
class ReportCommandTest extends CapturedCommandLine {
    private static final Commits NOTHING = () -> {};
    private static final Commits WARNING = () -> RecordedLimit.commit("pids.max", 850, 1_000, "pids.max");
    private static final Commits PROBLEM =
            () -> RecordedFailure.commit("java.lang.OutOfMemoryError", "pids.max", 1_000, 1_000, "pids.max");

    @TempDir
    private Path folder;

    private int report(String... arguments) {
        out.reset();
        err.reset();
        return command("report", arguments);
    }

    private String file(String name, Commits commits) throws IOException {
        Path made = io.clonetrace.report.Recordings.file(commits);
        return Files.move(made, folder.resolve(name + ".jfr")).toString();
    }

    private static void both() throws IOException, InterruptedException {
        WARNING.run();
        PROBLEM.run();
    }

    @ParameterizedTest
    @CsvSource({"note, 3", "warning, 3", "problem, 0"})
    void findingOfTheSeverityOrWorseIsStatus3(String severity, int status) throws IOException {
        String recording = file("warning", WARNING);
        assertEquals(status, report(recording, "--fail-on", severity));
        assertTrue(
                status == 0 ? err().isEmpty() : err().startsWith("clonetrace: warning: The limit pids.max is near: "),
                err());
        assertFalse(out().isEmpty());
    }

    @Test
    void lineNamesTheWorstFindingAndCountsTheOthers() throws IOException {
        assertEquals(3, report(file("both", ReportCommandTest::both), "--fail-on=warning"));
        assertTrue(err().startsWith("clonetrace: problem: Thread.start failed once at "), err());
        assertTrue(err().endsWith(". And 1 more.\n"), err());
        assertEquals(1, err().lines().count(), err());
    }

    @Test
    void recordingWithoutAFindingIsStatus0() throws IOException {
        assertEquals(0, report(file("nothing", NOTHING), "--fail-on", "note"));
        assertEquals("", err());
    }

    @Test
    void recordingThatCannotBeReadIsNoPass() throws IOException {
        String broken =
                Files.writeString(folder.resolve("broken.jfr"), "no recording").toString();
        String nothing = file("nothing", NOTHING);
        assertEquals(0, report(nothing, broken));
        assertEquals(1, report(nothing, broken, "--fail-on", "note"));
        assertTrue(err().contains("1 of 2 recordings could not be read"), err());
        assertEquals(3, report(file("warning", WARNING), broken, "--fail-on", "note"));
    }

    @Test
    void outputsAreWrittenWhateverTheStatus() throws IOException {
        Path json = folder.resolve("report.json");
        Path html = folder.resolve("report.html");
        String[] arguments = {
            file("problem", PROBLEM), "--fail-on", "problem", "--json", json.toString(), "--html", html.toString()
        };
        assertEquals(3, report(arguments));
        assertTrue(Files.readString(json).contains("\"failed-starts\""));
        assertTrue(Files.readString(html).contains("failed-starts"));
    }

    @ParameterizedTest
    @CsvSource({"error", "PROBLEM", "''"})
    void severityThatThereIsNotIsWrongUsage(String severity) throws IOException {
        assertEquals(2, report(file("nothing", NOTHING), "--fail-on", severity));
        assertEquals(
                "clonetrace: Invalid value for option '--fail-on': no severity \"" + severity
                        + "\"; the severities are note, warning and problem; see clonetrace report --help\n",
                err());
    }

    @Test
    void unreadableRecordingIsStatus1() throws IOException {
        String text = Files.writeString(folder.resolve("text.jfr"), "text").toString();
        assertEquals(1, report(text, "--fail-on", "note"));
        assertEquals(1, report(file("nothing", NOTHING), "--baseline", text));
        assertTrue(err().startsWith("clonetrace: " + text + " can't be read as a recording: "), err());
    }

    @Test
    void findingOfTheBaselineDoesNotCount() throws IOException {
        String warning = file("warning", WARNING);
        assertEquals(0, report(warning, "--baseline", warning, "--fail-on", "note"));
        assertEquals("", err());
    }

    @Test
    void findingThatIsNewSinceTheBaselineIsStatus3() throws IOException {
        String warning = file("warning", WARNING);
        String both = file("both", ReportCommandTest::both);
        assertEquals(3, report(both, "--baseline", warning, "--fail-on", "warning"));
        assertTrue(
                err().startsWith("clonetrace: new or worse than in the baseline: problem: Thread.start failed once"),
                err());
        assertFalse(err().contains("more"), err());
        assertEquals(0, report(warning, "--baseline", both, "--fail-on", "note"));
    }

    @Test
    void baselineMayBeAFolderAndBeRepeated() throws IOException {
        Path old = Files.createDirectory(folder.resolve("old"));
        Files.move(Path.of(file("warning", WARNING)), old.resolve("warning.jfr"));
        String problem = file("problem", PROBLEM);
        String both = file("both", ReportCommandTest::both);
        assertEquals(0, report(both, "--baseline", old.toString(), "--baseline", problem, "--fail-on", "note"));
        assertEquals(3, report(both, "--baseline", old.toString(), "--fail-on", "note"));
    }

    @Test
    void outputDoesNotReplaceTheBaseline() throws IOException {
        String old = file("old", NOTHING);
        String now = file("now", NOTHING);
        Path link = Files.createSymbolicLink(folder.resolve("page.html"), Path.of(old));
        assertEquals(2, report(now, "--baseline", old, "--html", link.toString()));
        assertTrue(err().startsWith("clonetrace: --html can't replace " + link + ", a flight recording: "), err());
    }

    @Test
    void jsonHasTheBaseline() throws IOException {
        String old = file("old", WARNING);
        assertEquals(0, report(file("now", PROBLEM), "--baseline", old, "--json", "-"));
        String json = out();
        assertTrue(json.contains("\"baseline\": {\n    \"old\": {\n      \"files\": 1,\n      \"jvms\": 1,"), json);
        assertTrue(json.contains("\"change\": \"new\",\n        \"rule\": \"failed-starts\""), json);
        assertTrue(json.contains("\"change\": \"gone\",\n        \"rule\": \"limit-near\""), json);
        assertEquals(0, report(old, "--json", "-"));
        assertTrue(out().contains("\"baseline\": null"));
    }
}
