package io.clonetrace.trace.strace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A trace file from its first byte to wherever the tracer has come. */
final class GrowingFile implements TraceInput {
    private final FileChannel file;

    GrowingFile(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public int read(byte[] into) throws IOException {
        return Math.max(0, file.read(ByteBuffer.wrap(into)));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
