package io.clonetrace.linux.file;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A file that another process names and may replace at any moment: by a pipe without a writer, a device, a link to a
 * file of this process's own root, a file without an end. It is checked before it is opened for reading, and the file
 * that was checked is the one that is read: a regular file of bounded size, through no symbolic link. A thread of its
 * own reads, so that a file system that does not answer costs only a few seconds.
 */
public final class ForeignFile {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int BUFFER = 1 << 16;

    private ForeignFile() {}

    /** Uses the content, on a thread other than the caller's. */
    @FunctionalInterface
    public interface Use<T> {
        /** The stream is valid only until this returns; it throws if the file has more bytes than are allowed. */
        T of(InputStream content) throws IOException;
    }

    /**
     * A time limit for several files together: their file system could use up the limit for each of them.
     *
     * @param time the limit, from its creation on
     * @param end by System.nanoTime
     */
    public record Limit(Duration time, long end) {
        /** The limit for interactive commands. */
        public static Limit standard() {
            return of(PATIENCE);
        }

        /** A limit that begins now. */
        public static Limit of(Duration time) {
            return new Limit(time, System.nanoTime() + time.toNanos());
        }

        private long left() {
            return Math.max(0, end - System.nanoTime());
        }
    }

    @FunctionalInterface
    private interface Opening {
        /** Opens by O_PATH, which opens neither a device nor a pipe (open(2)). */
        OpenFile open() throws IOException, LinuxException;
    }

    /**
     * Reads the file of that path in the file tree of another process. No symbolic link is followed: the paths in
     * /proc/PID/maps have none (proc_pid_maps(5)).
     *
     * @param root the process's root folder, {@code /proc/PID/root}
     * @param file an absolute path
     * @param most the largest size in bytes
     * @param limit may have passed already
     * @throws IOException saying in a line why it can't be read: it does not exist, is no regular file, is too large,
     *     or took too long
     */
    public static <T> T read(Path root, Path file, long most, Limit limit, Use<T> use) throws IOException {
        return read(root, file, most, limit, Thread::new, use);
    }

    /** @param threads makes the reading thread */
    static <T> T read(Path root, Path file, long most, Limit limit, ThreadFactory threads, Use<T> use)
            throws IOException {
        return inTime(file, () -> walk(root, file), most, limit, threads, use);
    }

    /**
     * Reads the file behind a link of {@code /proc} that leads to the file itself and not to a path:
     * {@code /proc/PID/map_files/RANGE} (proc_pid_map_files(5)).
     *
     * @param most as for {@link #read}
     * @param limit as for {@link #read}
     * @throws IOException as for {@link #read}; also if this user may not follow such a link
     */
    public static <T> T readBehind(Path link, long most, Limit limit, Use<T> use) throws IOException {
        return inTime(link, () -> Folder.pinBehind(link), most, limit, Thread::new, use);
    }

    /**
     * Opens a file as {@link #read} does, on the calling thread, which waits for the file system.
     *
     * @param root as for {@link #read}
     * @param file as for {@link #read}
     * @return to be closed by the caller
     * @throws IOException saying in a line why it can't be opened
     */
    public static OpenFile open(Path root, Path file) throws IOException {
        return open(file, () -> walk(root, file));
    }

    /** The same for {@link #readBehind}. */
    public static OpenFile openBehind(Path link) throws IOException {
        return open(link, () -> Folder.pinBehind(link));
    }

    private static OpenFile open(Path file, Opening opening) throws IOException {
        try (OpenFile found = opening.open()) {
            demandRegular(found.status(), file, Long.MAX_VALUE);
            return Folder.toRead(found);
        } catch (LinuxException failed) {
            throw new IOException(words(file, failed), failed);
        }
    }

    private static <T> T inTime(Path file, Opening opening, long most, Limit limit, ThreadFactory threads, Use<T> use)
            throws IOException {
        if (limit.left() == 0) {
            throw late(file, limit);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread reader = threads.newThread(() -> {
            try {
                result.complete(read(file, opening, most, use, result));
            } catch (Throwable failed) { // an Error too: JNA's linker throws them
                result.completeExceptionally(failed);
            }
        });
        reader.setName("read a foreign file");
        reader.setDaemon(true);
        try {
            reader.start();
        } catch (OutOfMemoryError noThread) { // at a limit on threads, where doctor is needed most
            throw new IOException("no thread can be started to read " + file, noThread);
        }
        try {
            return result.get(limit.left(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException tooLate) {
            result.cancel(true);
            throw late(file, limit);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LinkageError) {
                throw new IOException("native code can't be used here", failed.getCause());
            }
            throw new IOException(words(file, failed.getCause()), failed.getCause());
        } catch (InterruptedException interrupted) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + file + " was read");
        }
    }

    private static IOException late(Path file, Limit limit) {
        return new IOException(
                file + " could not be read within " + limit.time().toMillis() + " ms");
    }

    private static <T> T read(Path file, Opening opening, long most, Use<T> use, CompletableFuture<T> result)
            throws IOException, LinuxException {
        try (OpenFile found = opening.open()) {
            demandRegular(found.status(), file, most);
            try (OpenFile opened = Folder.toRead(found);
                    Content content = new Content(opened.fd(), file, most, result)) {
                return use.of(content);
            }
        }
    }

    /** Component by component, so that no link in the middle is followed. */
    private static OpenFile walk(Path root, Path file) throws IOException, LinuxException {
        Folder folder = Folder.open(root);
        for (int i = 0; i < file.getNameCount() - 1; i++) {
            try (Folder above = folder) {
                folder = above.withoutLinks(downwards(file, i));
            }
        }
        try (Folder above = folder) {
            return above.pinOnAnyMount(downwards(file, file.getNameCount() - 1));
        }
    }

    private static String downwards(Path file, int component) throws IOException {
        String name = file.getName(component).toString();
        if (name.equals("..")) {
            throw new IOException(file + " leads upwards");
        }
        return name;
    }

    private static String words(Path file, Throwable failed) {
        int errno = failed instanceof LinuxException call ? call.errno() : 0;
        if (errno == Errno.ENOENT.value()) {
            return "there is no " + file;
        }
        if (errno == Errno.EACCES.value() || errno == Errno.EPERM.value()) {
            return "this user may not read " + file;
        }
        if (errno == Errno.ENOTDIR.value()) {
            return file + " is behind a link, or below something that is not a folder";
        }
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }

    private static void demandRegular(FileStatus status, Path file, long most) throws IOException {
        if (!status.isRegular()) {
            throw new IOException(file + " is " + words(status) + ", not a regular file");
        }
        demandSize(status.size(), file, most);
    }

    private static void demandSize(long size, Path file, long most) throws IOException {
        if (size > most) {
            throw new IOException(file + " is larger than " + most + " bytes");
        }
    }

    private static String words(FileStatus status) {
        if (status.isPipe()) {
            return "a named pipe";
        }
        if (status.isFolder()) {
            return "a folder";
        }
        if (status.isSocket()) {
            return "a socket";
        }
        return status.isLink() ? "a symbolic link" : "a device";
    }

    /** Used by the reading thread only. */
    private static final class Content extends InputStream {
        private final int fd;
        private final Path file;
        private final long most;
        private final CompletableFuture<?> result;
        private final long memory = Native.malloc(BUFFER);
        private long total;

        Content(int fd, Path file, long most, CompletableFuture<?> result) {
            this.fd = fd;
            this.file = file;
            this.most = most;
            this.result = result;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (result.isDone()) {
                throw new InterruptedIOException(file + " is no longer needed");
            }
            int read = (int) FileLibC.pread(fd, memory, Math.min(length, BUFFER), total);
            if (read < 0) {
                throw new IOException("read of " + file + ": " + Errno.name(LibC.errno()));
            }
            total += read;
            demandSize(total, file, most);
            new Pointer(memory).read(0, into, offset, read);
            return read == 0 ? -1 : read;
        }

        @Override
        public void close() {
            Native.free(memory);
        }
    }
}
