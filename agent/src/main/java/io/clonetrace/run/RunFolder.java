package io.clonetrace.run;

import io.clonetrace.linux.LeftOvers;
import io.clonetrace.linux.TemporaryFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The folder of one run's pipes, which only their reader can enter. */
final class RunFolder implements AutoCloseable {
    private static final String PREFIX = "clonetrace-run-";

    private final Path path;
    private final Optional<RunUser> reader;

    private RunFolder(Path path, Optional<RunUser> reader) {
        this.path = path;
        this.reader = reader;
    }

    static RunFolder make(Optional<RunUser> reader) throws IOException {
        return make(reader, TemporaryFolder.path());
    }

    /** @param parent the folder for temporary files in which it is made */
    static RunFolder make(Optional<RunUser> reader, Path parent) throws IOException {
        LeftOvers.sweepRuns(parent);
        RunFolder folder = new RunFolder(
                Files.createTempDirectory(
                        parent,
                        PREFIX + ProcessHandle.current().pid() + "-",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))),
                reader);
        folder.own(folder.path);
        return folder;
    }

    Path path() {
        return path;
    }

    /** Makes a file the reader's. */
    void own(Path file) throws IOException {
        if (reader.isPresent()) {
            Files.setAttribute(file, "unix:gid", reader.get().group());
            Files.setAttribute(file, "unix:uid", reader.get().user());
        }
    }

    @Override
    public void close() {
        remove(path);
    }

    private static void remove(Path folder) {
        try (DirectoryStream<Path> pipes = Files.newDirectoryStream(folder)) {
            for (Path pipe : pipes) {
                Files.deleteIfExists(pipe);
            }
        } catch (IOException gone) {
            // The folder itself tells whether anything is left.
        }
        folder.toFile().delete();
    }
}
