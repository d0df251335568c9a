package io.clonetrace.agent.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only a regular file of the user's own is recorded into; anything else stays as it is. */
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
        IOException refused = assertThrows(IOException.class, () -> RecordingFile.start(file));
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
    void newAndExistingFilesBecomePrivate() throws IOException {
        Path there = Files.writeString(folder.resolve("there"), TEXT);
        mode(there, "rw-r--r--");
        for (Path file : List.of(folder.resolve("new"), there)) {
            try (Recording recording = RecordingFile.start(file)) {
                assertEquals("rw-------", modeOf(file));
                recording.stop();
            }
            assertEquals("rw-------", modeOf(file));
            assertTrue(Files.size(file) > TEXT.length());
        }
    }
}
