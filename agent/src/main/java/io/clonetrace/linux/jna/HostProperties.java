package io.clonetrace.linux.jna;

import io.clonetrace.linux.Processor;
import io.clonetrace.linux.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Saves and restores the system properties that JNA's initialiser leaves behind. In the jar their names begin with
 * {@code clonetrace.}, in JNA's classes and here (the build rewrites them), so that the agent's JNA and the host's
 * never read each other's.
 */
public final class HostProperties {
    private static final String SEARCH_PATH = "jna.platform.library.path";
    private static final String FOLDER = "jna.tmpdir";
    private static final String LIBRARY_PATH = "jna.boot.library.path";
    private static final String[] LEFT_BY_JNA = {"jna.loaded", SEARCH_PATH, "jnidispatch.path", FOLDER, LIBRARY_PATH};

    private final Map<String, String> before = new HashMap<>();
    private JnaLibrary library;

    public HostProperties() {
        for (String name : LEFT_BY_JNA) {
            before.put(name, System.getProperty(name));
        }
    }

    /**
     * Keeps JNA's initialiser from searching for libraries: it would run {@code ldconfig -p}, a process that the host
     * did not start. The agent names each library by its path or soname. JNA's own library is written to a file for
     * loading; JNA writes it itself if it finds none.
     */
    public void setForOurs(Processor processor) {
        if (System.getProperty(SEARCH_PATH) == null) {
            System.setProperty(SEARCH_PATH, "");
        }
        if (System.getProperty(FOLDER) == null) {
            System.setProperty(FOLDER, TemporaryFolder.ofLibraries().toString());
        }
        Path folder = Path.of(System.getProperty(FOLDER)).toAbsolutePath();
        if (System.getProperty(LIBRARY_PATH) != null || !JnaLibrary.canBeIn(folder)) {
            return;
        }
        try {
            library = JnaLibrary.in(folder, processor);
            System.setProperty(LIBRARY_PATH, library.path());
            // JNA removes what files with the suffix .x name in its folder; in a shared one any user may create such
            // files.
            System.setProperty(FOLDER, library.path());
        } catch (IOException | RuntimeException unwritable) {
            // JNA tries the same, and reports the failure.
        }
    }

    public void restore() {
        if (library != null) {
            library.close();
        }
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
