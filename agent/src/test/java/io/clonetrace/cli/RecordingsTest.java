package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
