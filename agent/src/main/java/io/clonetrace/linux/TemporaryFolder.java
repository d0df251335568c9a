package io.clonetrace.linux;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder for temporary files: {@code java.io.tmpdir}, or else {@code TMPDIR}. Java ignores that variable; in a
 * container whose root file system is read-only, it often names the only writable folder.
 */
public final class TemporaryFolder {
    private static final String PROPERTY = "java.io.tmpdir";

    /** JNA's property for the folder that holds its library while it is loaded (com.sun.jna.Native, getTempDir). */
    private static final String OF_JNA = "jna.tmpdir";

    private static volatile File ofJna;

    private TemporaryFolder() {}

    /**
     * Gives JNA a new folder for its library, in a JVM of clonetrace's own and before native code is called. JNA
     * creates the folder, and {@link #leaveJna} removes it after the library is loaded. By default JNA uses a folder
     * below the user's home or XDG_CACHE_HOME, which may be another user's (sudo -E) or missing (Java's user.home is
     * then {@code ?}); and in a shared folder it removes what other processes' files with the suffix .x name.
     *
     * @throws IOException if /proc can't be read or no random number is available; with one, another user can't guess
     *     the folder's name
     */
    public static void takeJna() throws IOException {
        if (System.getProperty(OF_JNA) != null) {
            return;
        }
        long random;
        try (DataInputStream urandom = new DataInputStream(Files.newInputStream(Path.of("/dev/urandom")))) {
            random = urandom.readLong() & Long.MAX_VALUE;
        }
        // If this process is killed, a later sweep finds it by its name: the pid of this /proc, where the sweep looks.
        Path self = Files.readSymbolicLink(Path.of("/proc/self"));
        Path folder = ofLibraries().resolve("clonetrace-jna-" + self + "-" + random);
        ofJna = folder.toFile();
        System.setProperty(OF_JNA, folder.toString());
        // In case JNA's library can't be loaded.
        Runtime.getRuntime().addShutdownHook(new Thread(TemporaryFolder::leaveJna));
    }

    /** Removes the folder, once JNA's library is loaded, or takes it back before. */
    public static void leaveJna() {
        File folder = ofJna;
        if (folder != null) {
            folder.delete();
            ofJna = null;
            System.clearProperty(OF_JNA);
        }
    }

    /** The first of the two that is writable; {@code java.io.tmpdir} if neither is, so that errors name it. */
    public static Path path() {
        List<Path> writable = writable();
        return writable.isEmpty() ? standard() : writable.get(0);
    }

    /**
     * The first of the two where a native library can be loaded from: {@code /tmp} may be mounted noexec. What
     * {@link #path} returns if there is none, so that errors name it.
     */
    public static Path ofLibraries() {
        List<Path> writable = writable();
        if (writable.size() > 1) {
            for (Path folder : writable) {
                if (allowsExecution(folder)) {
                    return folder;
                }
            }
        }
        return path();
    }

    private static Path standard() {
        return Path.of(System.getProperty(PROPERTY));
    }

    private static List<Path> writable() {
        List<Path> writable = new ArrayList<>();
        for (String name : List.of(standard().toString(), System.getenv().getOrDefault("TMPDIR", ""))) {
            Path folder = Path.of(name);
            boolean other = !name.isEmpty() && !writable.contains(folder);
            if (other && Files.isDirectory(folder) && Files.isWritable(folder)) {
                writable.add(folder);
            }
        }
        return writable;
    }

    /** access(2) with X_OK refuses a file on a file system that is mounted noexec, also to root. */
    private static boolean allowsExecution(Path folder) {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/self"));
            // If this process is killed, a later sweep finds it by its name.
            Path probe = folder.resolve("clonetrace-" + self + "-" + System.nanoTime() + ".probe");
            Files.createFile(probe, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                return Files.isExecutable(probe);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException | RuntimeException unknown) {
            return false;
        }
    }
}
