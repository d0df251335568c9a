package io.clonetrace.linux.jna;

import com.sun.jna.Native;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.StaleFileSweeper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * JNA's own library, in a file while it is loaded. JNA would write it itself, but by File.createTempFile, which
 * initialises Java's cryptography to make a name; and if the JVM is killed meanwhile, it leaves a file that can't be
 * traced to a process. {@link StaleFileSweeper} finds this one.
 */
public final class JnaLibrary {
    public static final String NAME = "libjnidispatch.so";

    private final Path folder;

    private JnaLibrary(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes it into a folder of its own, where no other user can create files.
     *
     * @param parent the folder for temporary files
     * @throws IOException if it can't be written
     */
    static JnaLibrary in(Path parent, Processor processor) throws IOException {
        // The pid of this /proc, where StaleFileSweeper looks it up; ProcessHandle would start the JDK's reaper
        // threads.
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
     * Registers the native methods of a class, after which JNA's library is loaded and its file not needed any more.
     *
     * @throws UnsatisfiedLinkError if the library, or a function in it, is not found
     */
    public static void register(Class<?> holder, String library) {
        if (!DirectMapping.register(holder, library)) {
            Native.register(holder, library);
        }
        TemporaryFolder.leaveJna();
    }

    /** The value for {@code jna.boot.library.path}, which is a list. */
    String path() {
        return folder.toString();
    }

    /** Whether a folder can be an element of that list. */
    static boolean canBeIn(Path parent) {
        return parent.toString().indexOf(File.pathSeparatorChar) < 0;
    }

    /** Removes the file; the library stays loaded. */
    void close() {
        try {
            Files.deleteIfExists(folder.resolve(NAME));
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException ofJna) {
            deleteAll();
        } catch (IOException remains) {
            // A later start sweeps it.
        }
    }

    /** If the library could not be loaded, JNA has tried to load it from a file of its own. */
    private void deleteAll() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException remains) {
            // A later start sweeps it.
        }
    }
}
