package io.clonetrace.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders of tests. */
final class Folders {
    private Folders() {}

    /** Makes the folder, without anything in it. */
    static void empty(Path folder) {
        try {
            if (Files.exists(folder)) {
                for (Path old : deepestFirst(folder)) {
                    Files.delete(old);
                }
            }
            Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<Path> deepestFirst(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
