package io.clonetrace.cli.output;

import io.clonetrace.linux.FileFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that a command writes. Only its user can read it, since it has data of an application. */
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

    private static OutputStream opened(Path path) throws IOException {
        return Channels.newOutputStream(Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    }

    private static IOException unwritable(Path path, IOException failed) {
        return new IOException(path + " can't be written: " + FileFailure.writing(failed), failed);
    }
}
