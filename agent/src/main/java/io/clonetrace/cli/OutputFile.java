package io.clonetrace.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that a command writes: it tells of an application, so that it is its user's alone. */
final class OutputFile {
    /** Writes the content. */
    interface Content {
        void write(Appendable file) throws IOException;
    }

    private OutputFile() {}

    /** @throws IOException with one line for people if the file can't be written */
    static void write(Path path, Content content) throws IOException {
        try (Writer file = new BufferedWriter(Channels.newWriter(
                Files.newByteChannel(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                StandardCharsets.UTF_8))) {
            content.write(file);
        } catch (NoSuchFileException noFolder) {
            throw new IOException(path + " can't be written: its folder does not exist", noFolder);
        } catch (AccessDeniedException denied) {
            throw new IOException(path + " can't be written: this user may not write there", denied);
        } catch (IOException failed) {
            throw new IOException(path + " can't be written: " + failed.getMessage(), failed);
        }
    }
}
