package io.clonetrace.trace.wire;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The bytes of a trace that is still being written. */
public sealed interface TraceInput extends Closeable {
    /**
     * Reads what is available, without waiting.
     *
     * @return the number of bytes; 0 if nothing is available yet
     */
    int read(byte[] into) throws IOException;

    /** Whether no process has it locked (fcntl_locking(2)): a writer that locks it has ended. */
    default boolean isUnlocked() throws IOException {
        return false;
    }

    /** Opens a trace: follows a regular file as it grows, and reads anything else as a pipe. */
    static TraceInput open(Path path) throws IOException {
        // Fails if there is no such file, or it can't be examined: opening a pipe for writing would create a file.
        boolean regular = Files.readAttributes(path, BasicFileAttributes.class).isRegularFile();
        if (!Files.isReadable(path)) {
            throw new AccessDeniedException(path.toString());
        }
        return regular ? new GrowingFile(path) : new NamedPipe(path);
    }

    /**
     * A file, from its first byte to the last one that the tracer has written. Not a FileChannel: an application that
     * interrupts all threads would close it.
     */
    final class GrowingFile implements TraceInput {
        private final RandomAccessFile file;

        private GrowingFile(Path path) throws IOException {
            file = new RandomAccessFile(path.toFile(), "r");
        }

        @Override
        public int read(byte[] into) throws IOException {
            int length = file.read(into);
            if (length < 0 && file.length() < file.getFilePointer()) {
                throw new IOException("it was cut off; another strace may have begun to write it");
            }
            return Math.max(0, length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** A fifo(7), opened for reading and writing: opening it for reading alone would wait for a writer. */
    final class NamedPipe implements TraceInput {
        private final RandomAccessFile pipe;
        private final FileInputStream input;

        private NamedPipe(Path path) throws IOException {
            pipe = new RandomAccessFile(path.toFile(), "rw");
            input = new FileInputStream(pipe.getFD());
        }

        @Override
        public int read(byte[] into) throws IOException {
            int available = input.available();
            return available == 0 ? 0 : input.read(into, 0, Math.min(available, into.length));
        }

        @Override
        public boolean isUnlocked() throws IOException {
            try (FileLock lock = pipe.getChannel().tryLock()) {
                return lock != null;
            } catch (OverlappingFileLockException lockedByThisProcess) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            pipe.close();
        }
    }
}
