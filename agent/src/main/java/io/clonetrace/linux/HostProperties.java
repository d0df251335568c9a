package io.clonetrace.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * Remembers, and puts back, the system properties that JNA's initialiser leaves. In the jar their names begin with
 * {@code clonetrace.}, in JNA's classes and here (the build rewrites them), so that the host's own JNA and ours never
 * read each other's.
 */
final class HostProperties {
    private static final String SEARCH_PATH = "jna.platform.library.path";
    private static final String FOLDER = "jna.tmpdir";
    private static final String[] LEFT_BY_JNA = {"jna.loaded", SEARCH_PATH, "jnidispatch.path", FOLDER};

    private final Map<String, String> before = new HashMap<>();

    HostProperties() {
        for (String name : LEFT_BY_JNA) {
            before.put(name, System.getProperty(name));
        }
    }

    /**
     * Lets JNA's initialiser do without searching for libraries: it would run {@code ldconfig -p}, a process of which
     * the host knows nothing. We name each library by its path or soname. Its own library lies in a file while it is
     * being loaded.
     */
    void setForOurs() {
        if (System.getProperty(SEARCH_PATH) == null) {
            System.setProperty(SEARCH_PATH, "");
        }
        if (System.getProperty(FOLDER) == null) {
            System.setProperty(FOLDER, TemporaryFolder.path().toString());
        }
    }

    void restore() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
