package io.clonetrace.report.read;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A chunk whose end is missing: cut off, or never written because the JVM was killed. JFR writes what describes the
 * events whenever it flushes, not only at the end, so that what lies before the last of those can be read once the
 * header says so.
 */
final class CutChunk {
    private static final int METADATA = 0;
    private static final int CHECKPOINT = 1;
    private static final int VARINT_BITS = 7;
    private static final int LONGEST_VARINT = 9;

    private final long length;
    private long end = Chunk.HEADER;
    private long metadata = -1;
    private long checkpoint = -1;

    /** @param length how much there is of it, in bytes */
    private CutChunk(long length) {
        this.length = length;
    }

    /**
     * Mends a copy of it.
     *
     * @param copy holds the chunk from its header on, and nothing else
     * @return how many bytes of it can be read
     * @throws NoRecordingException if it ends before what describes its events
     */
    static long mend(Path copy) throws IOException {
        CutChunk cut = new CutChunk(Files.size(copy));
        try (InputStream file = new BufferedInputStream(Files.newInputStream(copy))) {
            cut.scan(new DataInputStream(file));
        }
        if (cut.metadata < 0 || cut.checkpoint < 0) {
            throw new NoRecordingException("it is cut off before what describes its events");
        }
        cut.writeHeader(copy);
        return cut.end;
    }

    private void scan(DataInputStream file) throws IOException {
        file.skipNBytes(Chunk.HEADER);
        try {
            while (end < length) {
                int[] read = {0};
                long size = varint(file, read);
                long type = varint(file, read);
                if (size <= read[0] || end + size > length) {
                    return;
                }
                if (type == METADATA) {
                    metadata = end;
                } else if (type == CHECKPOINT) {
                    checkpoint = end;
                }
                file.skipNBytes(size - read[0]);
                end += size;
            }
        } catch (EOFException cut) {
            // What came before is whole.
        }
    }

    /** Seven bits a byte, the lowest first, the highest bit set where more follow; of nine bytes the last has eight. */
    private static long varint(DataInputStream file, int[] read) throws IOException {
        long value = 0;
        for (int index = 0; index < LONGEST_VARINT; index++) {
            int next = file.readUnsignedByte();
            read[0]++;
            boolean last = index == LONGEST_VARINT - 1;
            value |= (long) (last ? next : next & 0x7f) << (VARINT_BITS * index);
            if (last || (next & 0x80) == 0) {
                break;
            }
        }
        return value;
    }

    private void writeHeader(Path copy) throws IOException {
        try (FileChannel file = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            file.truncate(end);
            write(file, Chunk.SIZE_AT, end);
            write(file, Chunk.CHECKPOINT_AT, checkpoint);
            write(file, Chunk.METADATA_AT, metadata);
            file.write(ByteBuffer.wrap(new byte[1]), Chunk.STATE_AT);
        }
    }

    private static void write(FileChannel file, long at, long value) throws IOException {
        file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, value), at);
    }
}
