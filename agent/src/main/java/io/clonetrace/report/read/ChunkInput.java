package io.clonetrace.report.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bytes of one chunk as JFR writes them, never beyond a limit that the caller sets. Positions count from the
 * chunk's first byte.
 */
final class ChunkInput {
    private static final int BUFFER = 1 << 16;
    private static final int VARINT_BITS = 7;
    private static final int LONGEST_VARINT = 9;

    private final FileChannel file;
    private final long begin;
    private final long length;
    private final byte[] buffer = new byte[BUFFER];
    /** What of the chunk the buffer holds, where in it the next byte is, and where in it the limit is. */
    private long bufferAt;

    private int buffered;
    private int next;
    private int stop;
    private long limit;

    /**
     * A chunk of a file.
     *
     * @param begin where in the file the chunk begins
     * @param length how many bytes of it there are
     */
    ChunkInput(FileChannel file, long begin, long length) {
        this.file = file;
        this.begin = begin;
        this.length = length;
        limit = length;
    }

    /** How many bytes of the chunk there are. */
    long length() {
        return length;
    }

    long position() {
        return bufferAt + next;
    }

    /** Goes on at that position, and reads no byte from that limit on. */
    void seek(long to, long newLimit) {
        limit = Math.min(newLimit, length);
        if (to < bufferAt || to > bufferAt + buffered) {
            bufferAt = to;
            buffered = 0;
        }
        next = (int) (to - bufferAt);
        stop = (int) Math.min(buffered, limit - bufferAt);
    }

    /** How many bytes may be read. */
    long left() {
        return limit - position();
    }

    /**
     * The next byte.
     *
     * @throws DamagedChunkException at the limit
     */
    int unsignedByte() throws IOException {
        if (next >= stop) {
            fill();
        }
        return buffer[next++] & 0xff;
    }

    private void fill() throws IOException {
        if (position() >= limit) {
            throw beyond();
        }
        bufferAt = position();
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, (int) Math.min(BUFFER, length - bufferAt));
        while (into.hasRemaining() && file.read(into, begin + bufferAt + into.position()) >= 0) {
            // Read on.
        }
        buffered = into.position();
        next = 0;
        stop = (int) Math.min(buffered, limit - bufferAt);
        if (buffered == 0) {
            throw new DamagedChunkException("the file has become shorter");
        }
    }

    private static DamagedChunkException beyond() {
        return new DamagedChunkException("a value reaches beyond the event that holds it");
    }

    /** Seven bits a byte, the lowest first, the highest bit set where more follow; of nine bytes the last has eight. */
    long varint() throws IOException {
        // Most have one byte.
        return next < stop && buffer[next] >= 0 ? buffer[next++] : longVarint();
    }

    private long longVarint() throws IOException {
        long value = 0;
        for (int index = 0; index < LONGEST_VARINT; index++) {
            int read = unsignedByte();
            boolean last = index == LONGEST_VARINT - 1;
            value |= (long) (last ? read : read & 0x7f) << (VARINT_BITS * index);
            if (last || (read & 0x80) == 0) {
                break;
            }
        }
        return value;
    }

    /**
     * How many elements follow, each of which takes a byte at least.
     *
     * @throws DamagedChunkException if there is no room for so many
     */
    int count(String what) throws IOException {
        long count = varint();
        if (count < 0 || count > left() || count > Integer.MAX_VALUE) {
            throw new DamagedChunkException(what + " of the size " + count + ", with " + left() + " bytes left");
        }
        return (int) count;
    }

    /** Passes over so many bytes. */
    void skip(long bytes) throws IOException {
        if (bytes > left()) {
            throw beyond();
        }
        seek(position() + bytes, limit);
    }

    /** A text as the metadata has it; null for none. */
    String text() throws IOException {
        int encoding = unsignedByte();
        return switch (encoding) {
            case ChunkTypes.NULL_TEXT -> null;
            case ChunkTypes.EMPTY_TEXT -> "";
            case ChunkTypes.UTF8_TEXT -> new String(bytes(), StandardCharsets.UTF_8);
            case ChunkTypes.LATIN1_TEXT -> new String(bytes(), StandardCharsets.ISO_8859_1);
            case ChunkTypes.CHARS_TEXT -> {
                int count = count("a text");
                StringBuilder text = new StringBuilder();
                for (int index = 0; index < count; index++) {
                    text.append((char) varint());
                }
                yield text.toString();
            }
            default -> throw new DamagedChunkException("a text of the unknown encoding " + encoding);
        };
    }

    private byte[] bytes() throws IOException {
        byte[] bytes = new byte[count("a text")];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) unsignedByte();
        }
        return bytes;
    }
}
