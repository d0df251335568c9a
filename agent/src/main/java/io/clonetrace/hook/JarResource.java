package io.clonetrace.hook;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;

/** A file of our own jar. */
final class JarResource {
    private JarResource() {}

    /**
     * Reads it without the JDK's cache of open jars, which would keep the jar open for ever.
     *
     * @param path absolute, as for Class.getResource
     */
    static byte[] read(String path) throws IOException {
        URL url = JarResource.class.getResource(path);
        if (url == null) {
            throw new FileNotFoundException(path + " is not in the jar");
        }
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }
}
