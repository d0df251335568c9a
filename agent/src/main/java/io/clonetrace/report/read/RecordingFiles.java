package io.clonetrace.report.read;

import io.clonetrace.linux.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The recordings that a user means by files and folders. */
public final class RecordingFiles {
    private static final String SUFFIX = ".jfr";

    private RecordingFiles() {}

    /**
     * The files themselves, and of a folder all that end in {@code .jfr}, in its folders too, by name; each once.
     *
     * @throws IOException if a folder can't be read, or has no recording
     */
    public static List<Path> in(List<Path> given) throws IOException {
        Set<Path> all = new LinkedHashSet<>();
        for (Path path : given) {
            if (!Files.isDirectory(path)) {
                all.add(path);
                continue;
            }
            List<Path> found = recordings(path);
            if (found.isEmpty()) {
                throw new IOException(path + " holds no recording: no file in it ends in " + SUFFIX);
            }
            all.addAll(found);
        }
        return new ArrayList<>(all);
    }

    private static List<Path> recordings(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException unreadable) {
            throw new IOException(folder + " can't be read: " + FileFailure.reading(unreadable.getCause()), unreadable);
        }
    }
}
