package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of {@code explain}, its colours and its exit status. */
class ExplainCommandTest extends CapturedCommandLine {
    private static final String REACHED = "pids.max: 100\npids.current: 100\n";

    @TempDir
    private Path folder;

    private final InputStream hostsIn = System.in;

    @AfterEach
    void giveStdinBack() {
        System.setIn(hostsIn);
    }

    private int explain(String... arguments) {
        return command("explain", arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @ParameterizedTest
    @CsvSource({"always, true", "never, false", "auto, false"})
    void coloursAreAskedFor(String when, boolean coloured) throws Exception {
        assertEquals(0, explain("--color=" + when, file("limits.txt", REACHED)));

        assertEquals(coloured, out().contains("\u001b["), out());
        assertTrue(out().replaceAll("\u001b\\[[\\d;]*m", "").contains("pids.max: 100 of 100, all in use"), out());
    }

    @Test
    void aColourThatIsNoneIsWrongUsage() throws Exception {
        assertEquals(2, explain("--color=sometimes", file("limits.txt", REACHED)));
        assertEquals(1, err().lines().count(), err());
    }

    @Test
    void aFileThatCantBeReadDoesNotHideTheOthers() throws Exception {
        String missing = folder.resolve("missing.txt").toString();
        assertEquals(1, explain(missing, file("limits.txt", REACHED), folder.toString()));

        assertTrue(out().contains("pids.max: 100 of 100, all in use (limits.txt:2, 1)."), out());
        assertTrue(out().contains("missing.txt can't be read: there is no such file."), out());
        assertEquals(
                List.of(
                        "clonetrace: " + missing + " can't be read: there is no such file",
                        "clonetrace: " + folder + " can't be read: Is a directory"),
                err().lines().toList());
    }

    @Test
    void onlyFilesThatCantBeReadPrintNothing() {
        assertEquals(1, explain(folder.toString()));

        assertEquals("", out());
        assertEquals(1, err().lines().count(), err());
    }

    @Test
    void whatIsNamedTwiceIsReadOnce() throws Exception {
        System.setIn(new ByteArrayInputStream(REACHED.getBytes(StandardCharsets.UTF_8)));
        String limits = file("limits.txt", REACHED);
        assertEquals(0, explain("-", limits, "-", limits));

        assertEquals(
                2, out().lines().filter(line -> line.contains(", by line 1")).count(), out());
        assertEquals("", err());
    }

    @Test
    void anEmptyFileIsEmpty() throws Exception {
        assertEquals(1, explain(file("none.txt", "")));

        assertEquals("none.txt is empty.\n", out());
        assertFalse(err().isEmpty());
    }
}
