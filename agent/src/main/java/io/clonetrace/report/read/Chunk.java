package io.clonetrace.report.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A chunk of a recording, by its header (JDK: {@code jdk/jfr/internal/consumer/ChunkHeader.java}, and
 * {@code jfrChunkWriter.cpp}). A file is one chunk or several, each of which can be read alone.
 *
 * @param offset where in the file it begins
 * @param size its length in bytes, as the header has it
 * @param startNanos when it began, in nanoseconds since the epoch
 * @param startTicks the same by the JVM's clock
 * @param finished whether the JVM ended it; one that was killed did not
 */
record Chunk(long offset, long size, long startNanos, long startTicks, boolean finished) {
    /** Bytes of a header. */
    static final int HEADER = 68;

    /** Where the header has the chunk's size, its last checkpoint, its last metadata and its state. */
    static final int SIZE_AT = 8;

    static final int CHECKPOINT_AT = 16;
    static final int METADATA_AT = 24;
    static final int STATE_AT = 64;

    private static final int START_AT = 32;
    private static final int TICKS_AT = 48;
    private static final int MAGIC = 'F' << 24 | 'L' << 16 | 'R' << 8;

    /**
     * The chunks of a file; the last may be longer than what is left of the file.
     *
     * @throws NoRecordingException if the file does not begin with a chunk
     */
    static List<Chunk> of(RandomAccessFile file) throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        long length = file.length();
        long offset = 0;
        while (offset < length) {
            Chunk chunk = at(file, offset);
            if (chunk == null) {
                if (chunks.isEmpty()) {
                    throw new NoRecordingException("it is no flight recording");
                }
                break;
            }
            chunks.add(chunk);
            offset += Math.max(HEADER, chunk.size);
            if (chunk.size < HEADER) {
                break;
            }
        }
        return chunks;
    }

    private static Chunk at(RandomAccessFile file, long offset) throws IOException {
        byte[] header = new byte[HEADER];
        file.seek(offset);
        try {
            file.readFully(header);
        } catch (EOFException cut) {
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        if (fields.getInt(0) != MAGIC) {
            return null;
        }
        return new Chunk(
                offset,
                fields.getLong(SIZE_AT),
                fields.getLong(START_AT),
                fields.getLong(TICKS_AT),
                fields.get(STATE_AT) == 0);
    }

    /** Whether a file of that length holds all of it. */
    boolean isWhole(long fileLength) {
        return finished && size >= HEADER && end() <= fileLength;
    }

    /** Where the next one begins. */
    long end() {
        return offset + size;
    }

    /** How much a file of that length holds of it; the most if that is all. */
    long held(long fileLength) {
        return isWhole(fileLength) ? Long.MAX_VALUE : fileLength - offset;
    }

    /** What it has in common with no other chunk, in whatever file a copy of it lies, whole or in part. */
    Chunk identity() {
        return new Chunk(0, 0, startNanos, startTicks, true);
    }
}
