package io.clonetrace.cli.output;

import io.clonetrace.linux.FileFailure;
import io.clonetrace.report.read.RecordingFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * A file that a command writes. Only its user can read it, since it has data of an application. A flight recording is
 * never replaced.
 */
public final class OutputFile {
    /** Writes the content. */
    public interface Content {
        void write(Appendable file) throws IOException;
    }

    private OutputFile() {}

    /** @throws IOException with one line for people if the file can't be written */
    public static void write(Path path, Content content) throws IOException {
        try (Writer file = new BufferedWriter(new OutputStreamWriter(opened(path), StandardCharsets.UTF_8))) {
            content.write(file);
        } catch (IOException failed) {
            throw unwritable(path, failed);
        }
    }

    /** @throws IOException as {@link #write} */
    public static OutputStream open(Path path) throws IOException {
        try {
            return opened(path);
        } catch (IOException failed) {
            throw unwritable(path, failed);
        }
    }

    /**
     * Why no output may have that name, to follow a name and {@code can't replace}; empty if one may. It is asked
     * before the inputs are read; {@link #open} asks again for flight recordings, of the file that it has opened.
     *
     * @param inputs what the command reads
     */
    public static Optional<String> refusal(Path path, Collection<Path> inputs) {
        try {
            if (RecordingFiles.isRecording(path)) {
                return Optional.of(path + ", a flight recording");
            }
            for (Path input : inputs) {
                if (Files.exists(path) && Files.exists(input) && Files.isSameFile(path, input)) {
                    return Optional.of(path + ", an input");
                }
            }
        } catch (IOException unreadable) {
            // Then it can't be opened either, and that says why.
        }
        return Optional.empty();
    }

    /**
     * Opened before it is looked at, and truncated after that: in a folder that another user may write to, the name may
     * lead to another file at any moment.
     */
    private static OutputStream opened(Path path) throws IOException {
        boolean special = Files.exists(path) && !Files.isRegularFile(path);
        // To read as well would not wait for the reader of a pipe, and some devices can only be written.
        Set<OpenOption> options = special
                ? Set.of(StandardOpenOption.WRITE)
                : Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        FileChannel file = FileChannel.open(
                path, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (special && file.size() > 0) {
                throw new IOException("it is a disk, or was replaced meanwhile; name another file");
            }
            if (!special && RecordingFiles.isRecording(file)) {
                throw new IOException("it is a flight recording; name another file");
            }
            if (!special) {
                file.truncate(0);
            }
            return Channels.newOutputStream(file);
        } catch (IOException | RuntimeException refused) {
            file.close();
            throw refused;
        }
    }

    private static IOException unwritable(Path path, IOException failed) {
        return new IOException(path + " can't be written: " + FileFailure.writing(failed), failed);
    }
}
