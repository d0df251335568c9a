package io.clonetrace.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * Remembers, and puts back, the system properties that JNA's initialiser leaves: the host's own JNA reads the same
 * names.
 */
final class HostProperties {
    private static final String[] LEFT_BY_JNA = {"jna.loaded", "jna.platform.library.path", "jnidispatch.path"};

    private final Map<String, String> before = new HashMap<>();

    HostProperties() {
        for (String name : LEFT_BY_JNA) {
            before.put(name, System.getProperty(name));
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
