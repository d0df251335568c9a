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

    /** The system property that says where JNA's library lies while it is loaded (com.sun.jna.Native, getTempDir). */
    private static final String OF_JNA = "jna.tmpdir";

    private TemporaryFolder() {}

    /**
     * For a JVM of our own, before it calls native code: JNA's library lies there, too. JNA would make a folder of its
     * own below the user's home or XDG_CACHE_HOME, which may be another user's (sudo -E) or none: Java's user.home is
     * then {@code ?}, a folder in the working directory.
     */
    public static void takeJna() {
        if (System.getProperty(OF_JNA) == null) {
            System.setProperty(OF_JNA, path().toString());
        }
    }

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
