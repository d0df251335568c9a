package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.options.RecordingName;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of the recordings is another user's, who changes it while the command runs. */
class RecordingsTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsNoRegularFileIsNeitherOpenedNorGivenTheName() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        Path elsewhere = recording(folder.resolve("elsewhere.jfr"));
        try (Recordings recordings = Recordings.of(work.resolve("app.jfr"), true)) {
            // To open this one would wait for ever.
            assertEquals(
                    0,
                    new ProcessBuilder("mkfifo", work.resolve("app-1.jfr").toString())
                            .start()
                            .waitFor());
            Files.createSymbolicLink(work.resolve("app-2.jfr"), elsewhere);
            recording(work.resolve("app-3.jfr"));

            List<Recordings.Found> found = recordings.take();

            assertEquals(
                    List.of("app.jfr", "app-1.jfr", "app-2.jfr"),
                    found.stream()
                            .map(one -> one.file().getFileName().toString())
                            .toList());
            assertTrue(found.get(0).jvm().isPresent(), found::toString);
            assertTrue(found.subList(1, 3).stream().noneMatch(Recordings.Found::isFile), found::toString);
        }
        assertTrue(Files.isRegularFile(work.resolve("app.jfr"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aFolderThatBecomesALinkLeadsNowhere() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        Path victim = Files.createDirectory(folder.resolve("victim"));
        try (Recordings recordings = Recordings.of(work.resolve("app.jfr"), true)) {
            recording(victim.resolve("app-1.jfr"));
            Path moved = Files.move(work, folder.resolve("moved"));
            Files.createSymbolicLink(work, victim);
            recording(moved.resolve("app-3.jfr"));

            assertEquals(1, recordings.take().size());

            assertEquals(List.of("app.jfr"), names(moved));
            assertEquals(List.of("app-1.jfr"), names(victim));
        }
    }

    @Test
    void aNameBeyondAsciiIsFound() throws Exception {
        try (Recordings recordings = Recordings.of(folder.resolve("d\u00e9mo.jfr"), true)) {
            recording(folder.resolve("d\u00e9mo-7.jfr"));
            assertEquals(1, recordings.take().size());
        }
        assertTrue(Files.exists(folder.resolve("d\u00e9mo.jfr")));
    }

    @Test
    void anEarlierRecordingIsKept() throws Exception {
        Path earlier = recording(folder.resolve("app.jfr"));
        byte[] content = Files.readAllBytes(earlier);
        try (Recordings recordings = Recordings.of(earlier, true)) {
            recording(folder.resolve("app-7.jfr"));
            assertEquals(1, recordings.take().size());
        }
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("app.jfr.old")));
        assertFalse(Arrays.equals(content, Files.readAllBytes(earlier)));
    }

    @Test
    void anEarlierRecordingStaysWhereItCanNotBeRenamed() throws Exception {
        Path earlier = recording(folder.resolve("app.jfr"));
        byte[] content = Files.readAllBytes(earlier);
        Files.writeString(folder.resolve("app.jfr.old"), "notes");
        try (Recordings recordings = Recordings.of(earlier, true)) {
            recording(folder.resolve("app-7.jfr"));
            Recordings.Found found = recordings.take().get(0);
            assertEquals(folder.resolve("app-7.jfr"), found.file());
            assertEquals(
                    "could not be renamed to " + earlier
                            + ": an earlier one can't become app.jfr.old, which exists and is no recording",
                    found.problems().get(0));
        }
        assertArrayEquals(content, Files.readAllBytes(earlier));
        assertEquals("notes", Files.readString(folder.resolve("app.jfr.old")));
    }

    /** The agent expands the percent signs of its options. */
    @Test
    void percentSignsReachTheAgentAsTheyAre() throws Exception {
        for (boolean many : new boolean[] {true, false}) {
            try (Recordings recordings = Recordings.of(folder.resolve("50%p.jfr"), many)) {
                assertEquals(
                        folder.resolve(many ? "50%p-" + ProcessHandle.current().pid() + ".jfr" : "50%p.jfr")
                                .toString(),
                        RecordingName.expand(recordings.option()));
            }
        }
    }

    private static List<String> names(Path folder) throws Exception {
        try (var all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static Path recording(Path file) throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable("jdk.JVMInformation");
            recording.start();
            recording.stop();
            recording.dump(file);
        }
        return file;
    }
}
