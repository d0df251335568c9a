package io.clonetrace.report.chunk;

import io.clonetrace.report.model.ChunkKey;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A chunk of a recording, by its header (JDK: {@code jdk/jfr/internal/consumer/ChunkHeader.java}, and
 * {@code jfrChunkWriter.cpp}). A file is one chunk or several, each of which can be read alone.
 *
 * @param offset where in the file it begins
 * @param length how many bytes of it the file holds
 * @param whole whether that is all of it, and the JVM ended it; one that was killed did not
 * @param startNanos when it began, in nanoseconds since the epoch
 * @param startTicks the same by the JVM's clock
 */
public record Chunk(long offset, long length, boolean whole, long startNanos, long startTicks) {
    /** Bytes of a header. */
    public static final int HEADER = 68;

    /** Where the header has the chunk's size, its last checkpoint, its last metadata and its state. */
    public static final int SIZE_AT = 8;

    public static final int CHECKPOINT_AT = 16;
    public static final int METADATA_AT = 24;
    public static final int STATE_AT = 64;

    private static final int START_AT = 32;
    private static final int TICKS_AT = 48;

    /**
     * The one that begins at that offset.
     *
     * @param header its first 68 bytes
     * @param length how many bytes of it the file holds
     */
    public static Chunk of(long offset, ByteBuffer header, long length, boolean whole) {
        return new Chunk(offset, length, whole, header.getLong(START_AT), header.getLong(TICKS_AT));
    }

    /** The offset of the next chunk. */
    public long end() {
        return offset + length;
    }

    /** Which chunk it is, in whatever file a copy of it lies. */
    public ChunkKey key() {
        return new ChunkKey(startNanos, startTicks);
    }

    /**
     * What each event of a chunk begins with.
     *
     * @param at where it begins, counted from the chunk's first byte
     * @param content where its fields begin
     * @param end where the next event begins
     * @param type which event it is
     */
    record EventHeader(long at, long content, long end, long type) {
        /** The types that every chunk has (JDK: {@code jfrTypes.hpp}). */
        static final long METADATA = 0;

        static final long CHECKPOINT = 1;

        /**
         * Reads it.
         *
         * @throws DamagedChunkException if no event begins there that ends within the chunk
         */
        static EventHeader at(ChunkInput input, long at) throws IOException {
            if (at < Chunk.HEADER || at >= input.length()) {
                throw new DamagedChunkException("an event is said to be outside of the chunk");
            }
            input.seek(at, input.length());
            long size = input.varint();
            long type = input.varint();
            check(input, at, size);
            return new EventHeader(at, input.position(), at + size, type);
        }

        /** Checks the size of an event of which the input has passed the header. */
        static void check(ChunkInput input, long at, long size) throws DamagedChunkException {
            // A difference, because a sum could overflow.
            if (size < input.position() - at || size > input.length() - at) {
                throw new DamagedChunkException("an event of the size " + size + ", with " + (input.length() - at)
                        + " bytes left in its chunk");
            }
        }
    }
}
