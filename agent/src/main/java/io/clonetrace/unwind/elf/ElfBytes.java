package io.clonetrace.unwind.elf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of an ELF file or image come from. Not thread-safe. */
public interface ElfBytes extends Closeable {
    /** How many bytes there are; reads beyond are refused before they get here. */
    long size() throws IOException;

    /**
     * Reads as {@link java.nio.channels.FileChannel#read(ByteBuffer, long)} does.
     *
     * @return the number of bytes read, -1 at the end
     */
    int read(ByteBuffer into, long offset) throws IOException;

    @Override
    default void close() throws IOException {}

    /** Bytes on the heap. */
    static ElfBytes of(byte[] bytes) {
        return new ElfBytes() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(ByteBuffer into, long offset) {
                int length = (int) Math.min(into.remaining(), bytes.length - offset);
                if (length <= 0) {
                    return -1;
                }
                into.put(bytes, (int) offset, length);
                return length;
            }
        };
    }
}
