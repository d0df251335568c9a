package io.clonetrace.report.read;

import io.clonetrace.report.chunk.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of a file. Where a header says what can't be, a chunk ends where the next begins, and what is no chunk is
 * passed over.
 *
 * @param chunks those that may hold an event
 * @param empty how many headers there are with nothing behind them
 * @param foreignBytes how many bytes belong to no chunk
 * @param foreignAt where the first of them is; -1 if there is none
 * @param cutAt where a header begins within which the file ends; -1 if there is none
 */
record FileChunks(List<Chunk> chunks, long empty, long foreignBytes, long foreignAt, long cutAt) {
    private static final int BUFFER = 1 << 16;
    private static final int MAGIC = 'F' << 24 | 'L' << 16 | 'R' << 8;
    private static final int MAJOR_AT = 4;

    /** What a chunk begins with; a version of two bytes is the last of it. */
    private static final int MARK = 6;

    /** The versions that JFR's parser reads. */
    private static final int OLDEST = 1;

    private static final int NEWEST = 2;

    /**
     * Finds them.
     *
     * @throws NoRecordingException if the file does not begin with a chunk
     */
    static FileChunks of(FileChannel file) throws IOException {
        long length = file.size();
        List<Chunk> chunks = new ArrayList<>();
        long empty = 0;
        long foreign = 0;
        long foreignAt = -1;
        long cutAt = -1;
        long offset = 0;
        Chunk before = null;
        while (offset < length) {
            ByteBuffer header = header(file, offset);
            if (header == null) {
                if (offset == 0) {
                    throw new NoRecordingException(whyNone(file));
                }
                if (length - offset < Chunk.HEADER && FileForm.isChunkBegun(file, offset)) {
                    cutAt = offset;
                    break;
                }
                long next = next(file, offset + 1, length, before);
                foreignAt = foreignAt < 0 ? offset : foreignAt;
                foreign += next - offset;
                offset = next;
                continue;
            }
            long size = header.getLong(Chunk.SIZE_AT);
            boolean whole = header.get(Chunk.STATE_AT) == 0 && size >= Chunk.HEADER && size <= length - offset;
            before = Chunk.of(offset, header, size, whole);
            long held = whole ? size : length - offset;
            if (!whole || size < length - offset && header(file, offset + size) == null) {
                // A size that may be wrong hides no other chunk.
                held = next(file, offset + Chunk.HEADER, offset + held, before) - offset;
                whole &= held == size;
            }
            if (held == Chunk.HEADER) {
                empty++;
            } else {
                chunks.add(Chunk.of(offset, header, held, whole));
            }
            offset += held;
        }
        return new FileChunks(chunks, empty, foreign, foreignAt, cutAt);
    }

    /** How many there are, with those that hold nothing. */
    long count() {
        return chunks.size() + empty;
    }

    private static boolean isOther(FileChannel file, long offset, Chunk before) throws IOException {
        ByteBuffer header = header(file, offset);
        return header != null
                && (before == null || !Chunk.of(offset, header, 0, false).key().equals(before.key()));
    }

    /** The header of the chunk that begins there; null if none does. */
    private static ByteBuffer header(FileChannel file, long offset) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Chunk.HEADER);
        while (header.hasRemaining() && file.read(header, offset + header.position()) >= 0) {
            // Read on.
        }
        return !header.hasRemaining() && isMark(header, 0) ? header : null;
    }

    private static boolean isMark(ByteBuffer bytes, int at) {
        int major = bytes.getShort(at + MAJOR_AT);
        return bytes.getInt(at) == MAGIC && major >= OLDEST && major <= NEWEST;
    }

    private static String whyNone(FileChannel file) throws IOException {
        if (file.size() < Chunk.HEADER && FileForm.isChunkBegun(file, 0)) {
            return "it is cut off: it ends after " + file.size() + " of the " + Chunk.HEADER + " bytes of its header";
        }
        FileForm form = FileForm.of(file);
        if (form != FileForm.RECORDING) {
            return "it" + form.refusal();
        }
        ByteBuffer begin = ByteBuffer.allocate(2 * Integer.BYTES);
        file.read(begin, 0);
        short major = begin.getShort(MAJOR_AT);
        String which = "it is a flight recording of the format " + major + "." + begin.getShort(MARK);
        return which
                + (major < OLDEST
                        ? ", which Oracle's JDK 7 and 8 write: JDK Mission Control reads it. This report reads the formats "
                                + OLDEST + " and " + NEWEST + ", of OpenJDK 8u262 and later and of JDK 9 and later"
                        : ", which is newer than " + NEWEST
                                + ", the newest that this report reads; a newer clonetrace may read it, and the jfr of the JDK that wrote it");
    }

    /**
     * Where the next chunk begins; the limit if none does before it. Among its constants a chunk has copies of its own
     * header (JDK: {@code jfrTypeManager.cpp}, ChunkHeader).
     *
     * @param before the chunk before; null if there is none
     */
    private static long next(FileChannel file, long from, long limit, Chunk before) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        long at = from;
        while (at < limit) {
            bytes.clear();
            while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {
                // Read on.
            }
            int last = bytes.position() - MARK;
            for (int index = 0; index <= last; index++) {
                if (at + index < limit
                        && bytes.get(index) == 'F'
                        && isMark(bytes, index)
                        && isOther(file, at + index, before)) {
                    return at + index;
                }
            }
            if (bytes.hasRemaining()) {
                break;
            }
            at += last + 1;
        }
        return limit;
    }
}
