package io.clonetrace.trace.wire;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A trace file from its first byte to wherever the tracer has come. No FileChannel: a host that interrupts all threads
 * would close it.
 */
final class GrowingFile implements TraceInput {
    private final RandomAccessFile file;

    GrowingFile(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    public int read(byte[] into) throws IOException {
        int length = file.read(into);
        if (length < 0 && file.length() < file.getFilePointer()) {
            throw new IOException("it was cut off; another strace may have begun to write it");
        }
        return Math.max(0, length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
