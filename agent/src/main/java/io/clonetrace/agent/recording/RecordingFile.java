package io.clonetrace.agent.recording;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.options.RecordingBounds;
import io.clonetrace.event.Recorder;
import io.clonetrace.linux.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.util.Set;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/**
 * {@code record=FILE}: our own recording. JFR itself writes it when the JVM ends, except by Runtime.halt or SIGKILL.
 */
public final class RecordingFile {
    /** A recording holds an application's names and stack traces: only its user may read it. */
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** FLR and a zero: what a recording begins with (hotspot/share/jfr, JfrChunkHeadWriter). */
    private static final int MAGIC = 0x464c5200;

    /** Follows the name of an earlier recording, as perf record(1) does it. */
    private static final String KEPT = ".old";

    private RecordingFile() {}

    /** How often JFR records each thread's CPU time: its own default. */
    private static final Duration CPU_PERIOD = Duration.ofSeconds(10);

    /**
     * Starts to record our events and what JFR records by default, and in any case the JDK's events that the report
     * reads, whatever default.jfc says in this JDK: all are on there as it is delivered.
     *
     * @throws IOException if the file can't be written, or JFR can't record; nothing is recorded then
     */
    static Recording start(Path file, RecordingBounds bounds) throws IOException {
        boolean made = claim(file);
        try {
            return startInto(file, bounds);
        } catch (IOException | RuntimeException refused) {
            if (made) {
                Files.deleteIfExists(file);
            }
            throw refused;
        }
    }

    /**
     * Writes what a recording holds so far, which goes on.
     *
     * @throws IOException if the file can't be written; what it held before stays
     */
    static void dump(Recording recording, Path file) throws IOException {
        boolean made = claim(file);
        try {
            String why = DiskSpaceGuard.shortageForAll(file);
            if (why != null) {
                throw new IOException(why);
            }
            recording.dump(file);
        } catch (IOException | RuntimeException refused) {
            if (made) {
                Files.deleteIfExists(file);
            }
            throw refused;
        }
    }

    private static Recording startInto(Path file, RecordingBounds bounds) throws IOException {
        Recording recording = recording();
        String why = DiskSpaceGuard.shortage(file);
        if (why != null) {
            recording.close();
            throw new IOException(why);
        }
        recording.setName("clonetrace");
        recording.setToDisk(true);
        recording.setDumpOnExit(true);
        bounds.bytes().ifPresent(recording::setMaxSize);
        bounds.age().ifPresent(recording::setMaxAge);
        try {
            recording.setDestination(file.toAbsolutePath());
            enable(recording);
            Recorder.start(recording);
            return recording;
        } catch (IOException | RuntimeException refused) {
            recording.close();
            throw refused;
        }
    }

    private static void enable(Recording recording) {
        JfrState.EVENTS.forEach(recording::enable);
        recording.enable("jdk.ThreadStart").withStackTrace();
        recording.enable("jdk.ThreadEnd");
        recording.enable("jdk.ProcessStart").withStackTrace();
        recording.enable("jdk.ThreadCPULoad").withPeriod(CPU_PERIOD);
    }

    private static Recording recording() throws IOException {
        try {
            // Before the recording's constructor, which would set JFR up itself.
            Recorder.setUp();
            return new Recording(standard());
        } catch (IllegalStateException refused) {
            throw new IOException(
                    FlightRecorder.isAvailable()
                            ? refused.getMessage()
                                    + "; its own files lie in java.io.tmpdir: -Djava.io.tmpdir=FOLDER names another"
                            : String.valueOf(refused.getMessage()),
                    refused);
        }
    }

    /**
     * JFR writes into an existing file, and leaves its mode unchanged. Only a regular file of this user is accepted,
     * since a link would be followed and a device's mode changed, and only if it is empty or a recording.
     *
     * @return whether the file is new
     */
    private static boolean claim(Path file) throws IOException {
        try {
            if (isMade(file)) {
                return true;
            }
            take(file);
            return false;
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
        ByteBuffer begin = begin(file);
        if (isRecording(begin)) {
            keep(file);
            return;
        }
        if (begin.position() > 0) {
            throw new IOException("it exists and is no flight recording; remove it, or name another file");
        }
        // Without following links: the JDK opens the file, and changes the mode of what it has opened.
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(OWNER_ONLY);
    }

    /** The first bytes of a regular file, up to its position; none if it is empty, as what a killed JVM leaves. */
    private static ByteBuffer begin(Path file) throws IOException {
        // For writing, too, since JFR will.
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel content = Files.newByteChannel(file, options)) {
            ByteBuffer begin = ByteBuffer.allocate(Integer.BYTES);
            content.read(begin);
            return begin;
        }
    }

    private static boolean isRecording(ByteBuffer begin) {
        return !begin.hasRemaining() && begin.getInt(0) == MAGIC;
    }

    /**
     * Renames an earlier recording, and makes the file anew: JFR would truncate it, and the restart of a JVM that ended
     * at a limit would destroy the recording that shows why.
     */
    private static void keep(Path file) throws IOException {
        Path old = file.resolveSibling(file.getFileName() + KEPT);
        String why = null;
        try {
            if (mayReplace(old)) {
                Files.move(file, old, StandardCopyOption.ATOMIC_MOVE);
            } else {
                why = "that exists and is no recording";
            }
        } catch (IOException refused) {
            why = FileFailure.writing(refused);
        }
        if (why != null) {
            throw new IOException("it holds an earlier recording, which can't be kept as " + old + ": " + why
                    + "; name another file, %t in its name is the time");
        }
        if (!isMade(file)) {
            throw new IOException("it was made anew meanwhile; name another file");
        }
        Console.say("the earlier recording is now " + old);
    }

    private static boolean mayReplace(Path old) throws IOException {
        if (!Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        if (!Files.isRegularFile(old, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        ByteBuffer begin = begin(old);
        return isRecording(begin) || begin.position() == 0;
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
