package io.clonetrace.linux.jna;

import com.sun.jna.Native;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.StaleFileSweeper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * JNA's own library, in a file for as long as it takes to load it. JNA would do it itself, but by File.createTempFile,
 * which brings Java's cryptography up to make a name, in each start of a host; and it leaves a file that nobody can
 * tell whose it was when the JVM is killed meanwhile. What we leave, {@link StaleFileSweeper} finds.
 */
public final class JnaLibrary {
    public static final String NAME = "libjnidispatch.so";

    private final Path folder;

    private JnaLibrary(Path folder) {
        this.folder = folder;
    }

    /**
     * Puts it into a folder of its own, in which nobody else can put anything.
     *
     * @param parent the folder for temporary files
     * @throws IOException if it can't be written
     */
    static JnaLibrary in(Path parent, Processor processor) throws IOException {
        // As /proc has it, where LeftOvers looks; ProcessHandle comes with the JDK's pool of reapers.
        Path self = Files.readSymbolicLink(Path.of("/proc/self"));
        JnaLibrary library = new JnaLibrary(Files.createDirectory(
                parent.resolve("clonetrace-jna-" + self + "-" + System.nanoTime()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        try (InputStream code = Native.class.getResourceAsStream(processor.jnaFolder() + "/" + NAME)) {
            if (code == null) {
                throw new IOException("no " + NAME + " for this processor");
            }
            Files.copy(code, library.folder.resolve(NAME));
            return library;
        } catch (IOException | RuntimeException failed) {
            library.close();
            throw failed;
        }
    }

    /**
     * {@link Native#register(Class, String)}, behind which JNA's library is loaded and no file of it needed any more.
     */
    public static void register(Class<?> holder, String library) {
        Native.register(holder, library);
        TemporaryFolder.leaveJna();
    }

    /** What {@code jna.boot.library.path} has to be, which is a list. */
    String path() {
        return folder.toString();
    }

    /** Whether it can be named in a list. */
    static boolean canBeIn(Path parent) {
        return parent.toString().indexOf(File.pathSeparatorChar) < 0;
    }

    /** Removes it; what is loaded stays. */
    void close() {
        try {
            Files.deleteIfExists(folder.resolve(NAME));
            Files.deleteIfExists(folder);
        } catch (IOException remains) {
            // A later start of ours sweeps it.
        }
    }
}
