package io.clonetrace.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A file that another process names, and may replace at any moment by something else: a pipe that nobody writes to, a
 * device, a link to a file of this process's own root, a file without an end. It is looked at before it is opened for
 * reading, and what was looked at is what is read: a regular file of bounded size, through no symbolic link. A file
 * system that does not answer costs no more than a few seconds: a thread of its own reads.
 */
public final class ForeignFile {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int BUFFER = 1 << 16;
    private static final int PATH_LENGTH = 4096; // linux/limits.h: PATH_MAX

    // asm-generic/fcntl.h and linux/fcntl.h; O_DIRECTORY and O_NOFOLLOW differ on aarch64 (asm/fcntl.h).
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final int O_RDONLY = 0;
    private static final int O_NOCTTY = 0400;
    private static final int O_NONBLOCK = 04000;
    private static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    private static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int ENOTDIR = 20; // asm-generic/errno-base.h

    // struct statx of linux/stat.h, equal on all processors.
    private static final int STATX_TYPE = 1;
    private static final int STATX_SIZE = 0x200;
    private static final int STATX_BYTES = 256;
    private static final int STX_MODE = 28;
    private static final int STX_SIZE = 40;

    // linux/stat.h
    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFBLK = 0060000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFLNK = 0120000;

    private ForeignFile() {}

    /** What is done with the content, on another thread than the caller's. */
    @FunctionalInterface
    public interface Use<T> {
        /** The stream is valid only until this returns; it throws where the file has more bytes than are allowed. */
        T of(InputStream content) throws IOException;
    }

    @FunctionalInterface
    private interface Opening {
        /** Opens by O_PATH, which opens neither a device nor a pipe (open(2)). */
        int open() throws IOException;
    }

    /** Direct mapping: see {@link LibC}. */
    private static final class Calls {
        static {
            Native.register(Calls.class, "libc.so.6");
        }

        static native int openat(int folder, byte[] path, int flags);

        static native int statx(int fd, byte[] path, int flags, int mask, long result);

        static native long read(int fd, long bytes, long count);

        static native int close(int fd);
    }

    /**
     * Reads the file of that path in the file tree of another process. No symbolic link is followed: the paths in
     * /proc/PID/maps have none (proc_pid_maps(5)).
     *
     * @param root the process's root folder, {@code /proc/PID/root}
     * @param file an absolute path
     * @param most the largest size in bytes
     * @throws IOException saying in a line why it is not read: it is not there, no regular file, too large, or did not
     *     come in time
     */
    public static <T> T read(Path root, Path file, long most, Use<T> use) throws IOException {
        return read(root, file, most, PATIENCE, use);
    }

    /** @param patience how long it may take */
    static <T> T read(Path root, Path file, long most, Duration patience, Use<T> use) throws IOException {
        return inTime(file.toString(), () -> walk(root, file), most, patience, use);
    }

    /**
     * Reads the file behind a link of {@code /proc} that leads to the file itself and not to a path:
     * {@code /proc/PID/map_files/RANGE} (proc_pid_map_files(5)).
     *
     * @param most as for {@link #read}
     * @throws IOException as for {@link #read}; also where this user may not follow such a link
     */
    public static <T> T readBehind(Path link, long most, Use<T> use) throws IOException {
        return inTime(
                link.toString(), () -> open(AT_FDCWD, link.toString(), O_PATH | O_CLOEXEC, link), most, PATIENCE, use);
    }

    private static <T> T inTime(String name, Opening opening, long most, Duration patience, Use<T> use)
            throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                result.complete(read(name, opening, most, use, result));
            } catch (Throwable failed) { // an Error too: JNA's linker throws them
                result.completeExceptionally(failed);
            }
        });
        reader.setName("read a foreign file");
        reader.setDaemon(true);
        reader.start();
        try {
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            result.cancel(true);
            throw new IOException(name + " could not be read within " + patience.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LinkageError) {
                throw new IOException("native code can't be used here", failed.getCause());
            }
            throw new IOException(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + name + " was read");
        }
    }

    private static <T> T read(String name, Opening opening, long most, Use<T> use, CompletableFuture<T> result)
            throws IOException {
        int found = opening.open();
        try {
            demandRegular(found, name, most);
            // The same file again, whatever has its name by now.
            int fd = open(
                    AT_FDCWD, "/proc/self/fd/" + found, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, Path.of(name));
            try (Content content = new Content(fd, name, most, result)) {
                return use.of(content);
            }
        } finally {
            Calls.close(found);
        }
    }

    /** Component by component, so that a link in the middle leads nowhere else. */
    private static int walk(Path root, Path file) throws IOException {
        int folder = open(AT_FDCWD, root.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC, root);
        for (int i = 0; i < file.getNameCount(); i++) {
            String name = file.getName(i).toString();
            boolean last = i == file.getNameCount() - 1;
            try {
                if (name.equals("..")) {
                    throw new IOException(file + " leads upwards");
                }
                int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC | (last ? 0 : O_DIRECTORY);
                int next = open(folder, name, flags, file);
                Calls.close(folder);
                folder = next;
            } catch (IOException refused) {
                Calls.close(folder);
                throw refused;
            }
        }
        return folder;
    }

    private static int open(int folder, String name, int flags, Path whole) throws IOException {
        int fd = Calls.openat(folder, bytes(name), flags);
        if (fd >= 0) {
            return fd;
        }
        int errno = LibC.errno();
        if (errno == Errno.ENOENT.value()) {
            throw new IOException("there is no " + whole);
        }
        if (errno == Errno.EACCES.value() || errno == Errno.EPERM.value()) {
            throw new IOException("this user may not read " + whole);
        }
        if (errno == ENOTDIR) {
            throw new IOException(whole + " is reached by a link, or is below something that is no folder");
        }
        throw new IOException("open " + whole + ": " + Errno.name(errno));
    }

    private static void demandRegular(int fd, String name, long most) throws IOException {
        long memory = Native.malloc(STATX_BYTES);
        try {
            if (Calls.statx(fd, bytes(""), AT_EMPTY_PATH, STATX_TYPE | STATX_SIZE, memory) != 0) {
                throw new IOException("statx of " + name + ": " + Errno.name(LibC.errno()));
            }
            Pointer found = new Pointer(memory);
            int type = found.getShort(STX_MODE) & S_IFMT;
            if (type != S_IFREG) {
                throw new IOException(name + " is " + words(type) + ", no regular file");
            }
            demandSize(found.getLong(STX_SIZE), name, most);
        } finally {
            Native.free(memory);
        }
    }

    private static void demandSize(long size, String name, long most) throws IOException {
        if (size > most) {
            throw new IOException(name + " is larger than " + most + " bytes");
        }
    }

    private static String words(int type) {
        return switch (type) {
            case S_IFIFO -> "a named pipe";
            case S_IFCHR, S_IFBLK -> "a device";
            case S_IFDIR -> "a folder";
            case S_IFLNK -> "a symbolic link";
            default -> "a socket";
        };
    }

    private static byte[] bytes(String path) throws IOException {
        byte[] name = (path + "\0").getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
        if (name.length > PATH_LENGTH) {
            throw new IOException("a path of more than " + PATH_LENGTH + " bytes");
        }
        return name;
    }

    /** Of the thread that reads. */
    private static final class Content extends InputStream {
        private final int fd;
        private final String name;
        private final long most;
        private final CompletableFuture<?> result;
        private final long memory = Native.malloc(BUFFER);
        private long total;

        Content(int fd, String name, long most, CompletableFuture<?> result) {
            this.fd = fd;
            this.name = name;
            this.most = most;
            this.result = result;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (result.isDone()) {
                throw new InterruptedIOException(name + " is not waited for any more");
            }
            long read = Calls.read(fd, memory, Math.min(length, BUFFER));
            if (read < 0) {
                throw new IOException("read of " + name + ": " + Errno.name(LibC.errno()));
            }
            total += read;
            demandSize(total, name, most);
            new Pointer(memory).read(0, into, offset, (int) read);
            return read == 0 ? -1 : (int) read;
        }

        @Override
        public void close() {
            Native.free(memory);
            Calls.close(fd);
        }
    }
}
