package io.clonetrace.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The folder in which a JVM keeps the chunks of its recordings until they are written into their files (java(1),
 * {@code -XX:FlightRecorderOptions:repository}). A JVM that is killed leaves it.
 */
final class JfrRepository {
    /** jdk.jfr.internal.Repository: the time of its creation, and the pid. */
    private static final String NAME = "????_??_??_??_??_??_";

    private static final String CHUNK = ".jfr";

    private JfrRepository() {}

    /**
     * The one of an ended JVM, if it lies where JFR puts it by default, and has a chunk.
     *
     * @param pid the JVM's, in its own namespace
     * @param since a moment before the JVM made it: an older one is of another JVM that had the pid
     */
    static Optional<Path> of(long pid, FileTime since) {
        return in(Path.of(System.getProperty("java.io.tmpdir")), pid, since);
    }

    static Optional<Path> in(Path temporary, long pid, FileTime since) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, NAME + pid)) {
            for (Path folder : folders) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                        && Files.getLastModifiedTime(folder).compareTo(since) >= 0
                        && hasChunk(folder)) {
                    return Optional.of(folder);
                }
            }
        } catch (IOException unreadable) {
            // Then it can't be named.
        }
        return Optional.empty();
    }

    private static boolean hasChunk(Path folder) throws IOException {
        try (DirectoryStream<Path> chunks = Files.newDirectoryStream(folder, "*" + CHUNK)) {
            for (Path chunk : chunks) {
                if (Files.size(chunk) > 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
