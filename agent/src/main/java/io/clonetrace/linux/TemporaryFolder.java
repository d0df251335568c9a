package io.clonetrace.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where files of ours lie for a moment: in {@code java.io.tmpdir}. Java doesn't look at the variable TMPDIR; where the
 * root is read-only, as a container's may be, that is often the one folder that can be written.
 */
public final class TemporaryFolder {
    private static final String PROPERTY = "java.io.tmpdir";

    private TemporaryFolder() {}

    /** The first of the two that can be written; {@code java.io.tmpdir} if neither can, so that errors name it. */
    public static Path path() {
        Path standard = Path.of(System.getProperty(PROPERTY));
        return Stream.of(standard.toString(), System.getenv().getOrDefault("TMPDIR", ""))
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(folder -> Files.isDirectory(folder) && Files.isWritable(folder))
                .findFirst()
                .orElse(standard);
    }
}
