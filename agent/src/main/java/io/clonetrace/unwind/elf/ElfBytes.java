package io.clonetrace.unwind.elf;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Where the bytes of an ELF file or image come from. Not thread-safe.
 *
 * <p>Files are read and never mapped: one that is truncated while it is mapped kills the process that touches it by
 * SIGBUS, and that process may be the host. They are not read by a FileChannel either: it is closed when its thread is
 * interrupted, which an application may do to all threads that it finds.
 */
public interface ElfBytes extends Closeable {
    /** How many bytes there are; reads beyond are refused before they get here. */
    long size() throws IOException;

    /**
     * Reads bytes.
     *
     * @param from where to put the first one
     * @param length how many are wanted; at least one
     * @param offset of the first one
     * @return the number of bytes read, -1 at the end
     */
    int read(byte[] into, int from, int length, long offset) throws IOException;

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
            public int read(byte[] into, int from, int length, long offset) {
                int count = (int) Math.min(length, bytes.length - offset);
                if (count <= 0) {
                    return -1;
                }
                System.arraycopy(bytes, (int) offset, into, from, count);
                return count;
            }
        };
    }

    /**
     * Opens a file.
     *
     * @throws IOException whose message is the kernel's reason, without the path
     */
    static ElfBytes open(Path path) throws IOException {
        RandomAccessFile file;
        try {
            file = new RandomAccessFile(path.toFile(), "r");
        } catch (FileNotFoundException refused) {
            String message = String.valueOf(refused.getMessage());
            throw new IOException(
                    message.substring(message.lastIndexOf('(') + 1).replace(")", ""), refused);
        }
        return new ElfBytes() {
            @Override
            public long size() throws IOException {
                return file.length();
            }

            @Override
            public int read(byte[] into, int from, int length, long offset) throws IOException {
                file.seek(offset);
                return file.read(into, from, length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
