package io.clonetrace.agent.recording;

import io.clonetrace.event.Recorder;
import io.clonetrace.linux.FileFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.Set;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * {@code record=FILE}: our own recording. JFR itself writes it when the JVM ends, except by Runtime.halt or SIGKILL.
 */
public final class RecordingFile {
    /** A recording holds an application's names and stack traces: only its user may read it. */
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private RecordingFile() {}

    /**
     * Starts to record our events and what JFR records by default.
     *
     * @throws IOException if the file can't be written, or JFR can't record; nothing is recorded then
     */
    static Recording start(Path file) throws IOException {
        claim(file);
        Recording recording = recording();
        String why = DiskSpaceGuard.shortage(file);
        if (why != null) {
            recording.close();
            throw new IOException(why);
        }
        recording.setName("clonetrace");
        recording.setToDisk(true);
        recording.setDumpOnExit(true);
        try {
            recording.setDestination(file.toAbsolutePath());
            JfrState.EVENTS.forEach(recording::enable);
            Recorder.start(recording);
            return recording;
        } catch (IOException | RuntimeException refused) {
            recording.close();
            throw refused;
        }
    }

    private static Recording recording() throws IOException {
        try {
            // Before the recording's constructor, which would set JFR up itself.
            Recorder.setUp();
            return new Recording(standard());
        } catch (IllegalStateException refused) {
            throw new IOException(
                    refused.getMessage()
                            + "; its own files lie in java.io.tmpdir: -Djava.io.tmpdir=FOLDER names another",
                    refused);
        }
    }

    /**
     * JFR writes into an existing file, and leaves its mode unchanged. Only a regular file of this user is accepted: a
     * link would be followed, and a device's mode would be changed.
     */
    private static void claim(Path file) throws IOException {
        try {
            if (!isMade(file)) {
                take(file);
            }
        } catch (IOException refused) {
            throw new IOException(file + " can't be written: " + FileFailure.writing(refused), refused);
        }
    }

    private static boolean isMade(Path file) throws IOException {
        try {
            Files.newByteChannel(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                    .close();
            return true;
        } catch (FileAlreadyExistsException there) {
            return false;
        }
    }

    private static void take(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isRegularFile()) {
            throw new IOException("it is "
                    + (found.isSymbolicLink()
                            ? "a symbolic link; name the file itself"
                            : (found.isDirectory() ? "a folder" : "a device, pipe or socket")
                                    + "; name a file, which need not be there yet"));
        }
        if (!Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new IOException("it belongs to another user; remove it, or name another file");
        }
        if ((int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1) {
            throw new IOException("it has another name, a hard link; name a file that need not be there yet");
        }
        Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))
                .close();
        // Without following links: the JDK opens the file, and changes the mode of what it has opened.
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(OWNER_ONLY);
    }

    private static Configuration standard() throws IOException {
        // By its path: when asked by name, JDK 17 leaves a folder open each time.
        Path file = Path.of(System.getProperty("java.home"), "lib", "jfr", "default.jfc");
        try {
            if (Files.isReadable(file)) {
                return Configuration.create(file);
            }
            return Configuration.getConfiguration("default");
        } catch (ParseException broken) {
            throw new IOException("JFR's default settings can't be read: " + broken.getMessage(), broken);
        }
    }
}
