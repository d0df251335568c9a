package io.clonetrace.it.process;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Jars made from the packaged one. */
public final class Jars {
    private Jars() {}

    /** A copy with more entries: another version. */
    public static void withAnother(Path jar, Path copy, String... entries) throws IOException {
        Files.copy(jar, copy);
        try (FileSystem files = FileSystems.newFileSystem(copy, Map.of("noCompression", true))) {
            for (String entry : entries) {
                Files.writeString(files.getPath(entry), entry);
            }
        }
    }
}
