package io.clonetrace.trace.wire;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A named pipe (fifo(7)). Opened for reading and writing, because opening for reading alone would wait until somebody
 * writes.
 */
final class PipeInput implements TraceInput {
    private final RandomAccessFile pipe;
    private final FileInputStream input;

    PipeInput(Path path) throws IOException {
        pipe = new RandomAccessFile(path.toFile(), "rw");
        input = new FileInputStream(pipe.getFD());
    }

    @Override
    public int read(byte[] into) throws IOException {
        int available = input.available();
        return available == 0 ? 0 : input.read(into, 0, Math.min(available, into.length));
    }

    @Override
    public void close() throws IOException {
        pipe.close();
    }
}
