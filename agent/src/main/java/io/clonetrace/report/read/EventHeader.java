package io.clonetrace.report.read;

import java.io.IOException;

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
        // A difference, because a sum could overflow.
        if (size < input.position() - at || size > input.length() - at) {
            throw new DamagedChunkException(
                    "an event of the size " + size + ", with " + (input.length() - at) + " bytes left in its chunk");
        }
        return new EventHeader(at, input.position(), at + size, type);
    }
}
