package io.clonetrace.report;

import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Recordings that were once read wrongly; the README beside them says how each was made. */
public final class FieldRecording {
    private FieldRecording() {}

    /** The bytes of one, unpacked. */
    public static byte[] bytes(String name) throws IOException {
        String resource = "field/" + name + ".jfr.gz";
        try (InputStream packed = FieldRecording.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new FileNotFoundException(resource);
            }
            return new GZIPInputStream(packed).readAllBytes();
        }
    }

    /** What a report reads from one. */
    public static Fleet fleet(String name) throws IOException {
        return fleet(bytes(name));
    }

    /** What a report reads from a recording of these bytes. */
    public static Fleet fleet(byte[] recording) throws IOException {
        Path file = Files.createTempFile("field", ".jfr");
        try {
            return Recordings.read(Files.write(file, recording));
        } finally {
            Files.delete(file);
        }
    }

    /** The only JVM of one. */
    public static Jvm jvm(String name) throws IOException {
        return only(fleet(name));
    }

    public static Jvm only(Fleet fleet) {
        if (fleet.jvms().size() != 1) {
            throw new AssertionError(fleet.jvms().size() + " JVMs; " + fleet.problems());
        }
        return fleet.jvms().get(0);
    }
}
