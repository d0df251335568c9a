package io.clonetrace.it.process;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Jars made from the packaged one. */
public final class Jars {
    private static final String FINGERPRINT = "kept/fingerprint";

    private Jars() {}

    /** A copy with more entries, and with another fingerprint: another version. */
    public static void withAnother(Path jar, Path copy, String... entries) throws IOException {
        Files.copy(jar, copy);
        try (FileSystem files = FileSystems.newFileSystem(copy, Map.of("noCompression", true))) {
            for (String entry : entries) {
                Files.writeString(files.getPath(entry), entry);
            }
            Files.writeString(files.getPath(FINGERPRINT), copy.toString());
        }
    }

    /** A copy without a fingerprint, as earlier versions had none. */
    public static void withoutFingerprint(Path jar, Path copy) throws IOException {
        Files.copy(jar, copy);
        try (FileSystem files = FileSystems.newFileSystem(copy, Map.of("noCompression", true))) {
            Files.delete(files.getPath(FINGERPRINT));
        }
    }
}
