package io.clonetrace.boot;

import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The part of the jar under one prefix, such as {@code core/}, read without being extracted. */
final class JarPart implements Closeable {
    private final ZipFile file;
    private final String prefix;
    private final String base;

    JarPart(File jar, String prefix) throws IOException {
        this.file = new ZipFile(jar);
        this.prefix = prefix;
        // A "jar:" URL; otherwise resources such as JNA's native library are not found.
        this.base = "jar:" + jar.toURI() + "!/" + prefix;
    }

    boolean has(String name) {
        return file.getEntry(prefix + name) != null;
    }

    URI uri(String name) {
        return URI.create(base + name);
    }

    /** Null if there is none. */
    InputStream open(String name) throws IOException {
        ZipEntry entry = file.getEntry(prefix + name);
        return entry == null ? null : file.getInputStream(entry);
    }

    /** All of it, into one array; null if there is none. */
    byte[] read(String name) throws IOException {
        ZipEntry entry = file.getEntry(prefix + name);
        if (entry == null) {
            return null;
        }
        byte[] content = new byte[Math.toIntExact(entry.getSize())];
        try (InputStream in = file.getInputStream(entry)) {
            if (in.readNBytes(content, 0, content.length) < content.length) {
                throw new EOFException(name + " is cut off in " + file.getName());
            }
        }
        return content;
    }

    /**
     * The lines of a file that the build made: reading the jar's thousands of entries would cost an application's start
     * more than all else here.
     */
    String[] index(String name) throws IOException {
        byte[] lines = read(name);
        if (lines == null) {
            throw new FileNotFoundException(prefix + name + " is not in " + file.getName());
        }
        return new String(lines, StandardCharsets.UTF_8).split("\n");
    }

    Stream<String> list() {
        return file.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
