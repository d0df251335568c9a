package io.clonetrace.trace.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The bytes of a trace that is still being written. */
public interface TraceInput extends Closeable {
    /** Reads what is there, without waiting: the number of bytes, 0 if there is nothing yet. */
    int read(byte[] into) throws IOException;

    /** A regular file is followed as it grows; anything else is read as a pipe. */
    static TraceInput open(Path path) throws IOException {
        // Throws if there is nothing or it can't be looked at: to open a pipe for writing would make a file.
        boolean regular = Files.readAttributes(path, BasicFileAttributes.class).isRegularFile();
        if (!Files.isReadable(path)) {
            throw new AccessDeniedException(path.toString());
        }
        return regular ? new GrowingFile(path) : new PipeInput(path);
    }
}
