package io.clonetrace.hook;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** A file of our own jar. */
final class JarResource {
    private JarResource() {}

    /**
     * Reads it.
     *
     * @param path absolute, as for Class.getResource
     */
    static byte[] read(String path) throws IOException {
        try (InputStream in = JarResource.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new FileNotFoundException(path + " is not in the jar");
            }
            return in.readAllBytes();
        }
    }
}
