package io.clonetrace.agent.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.agent.options.RecordingBounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only a new or empty file of the user's own is recorded into; anything else stays, if need be by another name. */
class RecordingFileTest {
    private static final String TEXT = "not a recording";

    @TempDir
    private Path folder;

    private Path other;

    @BeforeEach
    void somethingElse() throws IOException {
        other = Files.writeString(folder.resolve("other"), TEXT);
        mode(other, "rw-r--r--");
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String modeOf(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    private void isRefused(Path file, String why) throws IOException {
        String mode = modeOf(file);
        IOException refused = assertThrows(IOException.class, () -> RecordingFile.start(file, RecordingBounds.NONE));
        assertEquals(file + " can't be written: " + why, refused.getMessage());
        assertEquals(mode, modeOf(file));
        assertEquals(TEXT, Files.readString(other));
        assertEquals("rw-r--r--", modeOf(other));
    }

    @Test
    void symbolicLinkIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), other);
        isRefused(link, "it is a symbolic link; name the file itself");
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));
        isRefused(dangling, "it is a symbolic link; name the file itself");
        assertTrue(Files.notExists(folder.resolve("nothing")));
    }

    @Test
    void hardLinkIsRefused() throws IOException {
        Path link = Files.createLink(folder.resolve("link"), other);
        isRefused(link, "it has another name, a hard link; name a file that need not be there yet");
    }

    @Test
    void folderIsRefused() throws IOException {
        isRefused(
                Files.createDirectory(folder.resolve("folder")),
                "it is a folder; name a file, which need not be there yet");
    }

    /** Nobody reads it: to open it would take for ever. */
    @Test
    void pipeIsRefused() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertTrue(run("mkfifo", pipe.toString()));
        isRefused(pipe, "it is a device, pipe or socket; name a file, which need not be there yet");
    }

    @Test
    void deviceIsRefused() throws IOException, InterruptedException {
        Path device = folder.resolve("null");
        assumeTrue(run("mknod", device.toString(), "c", "1", "3"), "no device can be made here");
        mode(device, "rw-rw-rw-");
        isRefused(device, "it is a device, pipe or socket; name a file, which need not be there yet");
    }

    @Test
    void fileOfAnotherUserIsRefused() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give a file away");
        Path foreign = Files.writeString(folder.resolve("foreign"), TEXT);
        Files.setAttribute(foreign, "unix:uid", 65_534);
        isRefused(foreign, "it belongs to another user; remove it, or name another file");
    }

    @Test
    void fileThatIsNoRecordingIsRefused() throws IOException {
        isRefused(other, "it exists and is no flight recording; remove it, or name another file");
    }

    @Test
    void newAndEmptyFilesBecomePrivate() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        mode(empty, "rw-r--r--");
        for (Path file : List.of(folder.resolve("new"), empty)) {
            record(file);
            assertEquals("rw-------", modeOf(file));
            assertTrue(Files.size(file) > 0);
        }
        assertEquals(Set.of("new", "empty", "other"), names());
    }

    @Test
    void earlierRecordingIsKeptAndTheOneBeforeItReplaced() throws IOException {
        Path file = folder.resolve("app.jfr");
        record(file);
        for (int i = 0; i < 2; i++) {
            byte[] earlier = Files.readAllBytes(file);
            record(file);
            assertArrayEquals(earlier, Files.readAllBytes(folder.resolve("app.jfr.old")));
            assertFalse(Arrays.equals(earlier, Files.readAllBytes(file)));
            assertEquals("rw-------", modeOf(file));
        }
        assertEquals(Set.of("app.jfr", "app.jfr.old", "other"), names());
    }

    @Test
    void earlierRecordingThatCanNotBeKeptIsRefused() throws IOException {
        Path file = folder.resolve("app.jfr");
        record(file);
        byte[] earlier = Files.readAllBytes(file);
        Path old = folder.resolve("app.jfr.old");
        String why = "it holds an earlier recording, which can't be kept as " + old
                + ": that exists and is no recording; name another file, %t in its name is the time";
        Files.writeString(old, TEXT);
        isRefused(file, why);
        assertEquals(TEXT, Files.readString(old));
        Files.delete(old);
        Files.createSymbolicLink(old, folder.resolve("nothing"));
        isRefused(file, why);
        assertArrayEquals(earlier, Files.readAllBytes(file));
    }

    private static void record(Path file) throws IOException {
        try (Recording recording = RecordingFile.start(file, RecordingBounds.NONE)) {
            recording.stop();
        }
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void recordingHasItsLimits() throws IOException {
        RecordingBounds bounds = new RecordingBounds(Optional.of(250L << 20), Optional.of(Duration.ofDays(7)));
        try (Recording recording = RecordingFile.start(folder.resolve("app.jfr"), bounds)) {
            assertEquals(250L << 20, recording.getMaxSize());
            assertEquals(Duration.ofDays(7), recording.getMaxAge());
        }
    }

    @Test
    void eventsThatTheReportReadsAreOn() throws IOException {
        try (Recording recording = RecordingFile.start(folder.resolve("app.jfr"), RecordingBounds.NONE)) {
            var settings = recording.getSettings();
            for (String event : List.of("jdk.ThreadStart", "jdk.ThreadEnd", "jdk.ProcessStart", "jdk.ThreadCPULoad")) {
                assertEquals("true", settings.get(event + "#enabled"), event);
            }
            assertEquals("true", settings.get("jdk.ThreadStart#stackTrace"));
            assertEquals("true", settings.get("jdk.ProcessStart#stackTrace"));
            assertEquals("everyChunk", settings.get("jdk.ThreadDump#period"));
        }
    }
}
