package io.clonetrace.linux;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
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

    private static volatile File ofJna;

    private TemporaryFolder() {}

    /**
     * For a JVM of our own, before it calls native code: JNA's library lies in a new folder there, which JNA makes when
     * it needs it and which is removed once that is loaded. JNA would take one below the user's home or XDG_CACHE_HOME,
     * which may be another user's (sudo -E) or none (Java's user.home is then {@code ?}); and in one that others share
     * it removes what files of theirs with the ending .x name.
     *
     * @throws IOException if there is no randomness to be had, by which another user can't guess the folder's name
     */
    public static void takeJna() throws IOException {
        if (System.getProperty(OF_JNA) != null) {
            return;
        }
        long random;
        try (DataInputStream urandom = new DataInputStream(Files.newInputStream(Path.of("/dev/urandom")))) {
            random = urandom.readLong() & Long.MAX_VALUE;
        }
        // Swept by its name if this process is killed.
        Path folder = path().resolve("clonetrace-jna-" + ProcessHandle.current().pid() + "-" + random);
        ofJna = folder.toFile();
        System.setProperty(OF_JNA, folder.toString());
        // Where JNA's library could not be loaded.
        Runtime.getRuntime().addShutdownHook(new Thread(TemporaryFolder::leaveJna));
    }

    /** Its library is loaded: the folder is removed. */
    public static void leaveJna() {
        File folder = ofJna;
        if (folder != null) {
            folder.delete();
            ofJna = null;
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
