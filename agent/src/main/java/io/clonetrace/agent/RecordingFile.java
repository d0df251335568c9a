package io.clonetrace.agent;

import io.clonetrace.event.Recorder;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.Set;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** {@code record=FILE}: a recording of ours, which JFR itself writes when the JVM ends, whatever ends it. */
final class RecordingFile {
    /** A recording holds the names and stack traces of an application: it is its user's alone. */
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private RecordingFile() {}

    /**
     * Starts recording our events beside what JFR records by default.
     *
     * @throws IOException if the file can't be written, or JFR can't record; nothing is recorded then
     */
    static Recording start(Path file) throws IOException {
        claim(file);
        Recording recording = recording();
        String why = DiskRoom.isShort(file);
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
            // First: the recording's own constructor would do it, too.
            Recorder.setUp();
            return new Recording(standard());
        } catch (IllegalStateException refused) {
            throw new IOException(
                    refused.getMessage()
                            + "; its own files lie in java.io.tmpdir: -Djava.io.tmpdir=FOLDER names another",
                    refused);
        }
    }

    /** JFR writes into the file that is there, and leaves its mode as it is. */
    private static void claim(Path file) throws IOException {
        try {
            Files.newByteChannel(
                            file,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                    .close();
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        } catch (IOException refused) {
            throw new IOException(file + " can't be written: " + why(refused), refused);
        }
    }

    /** The message of java.nio.file's exceptions is the path, and often nothing else. */
    private static String why(IOException refused) {
        if (refused instanceof NoSuchFileException) {
            return "its folder does not exist";
        }
        if (refused instanceof AccessDeniedException) {
            return "this user may not write there";
        }
        String reason = refused instanceof FileSystemException file ? file.getReason() : null;
        return reason == null ? refused.getMessage() : reason;
    }

    private static Configuration standard() throws IOException {
        // Where it is known to lie: looking for it by name, JDK 17 leaves a folder open each time.
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
