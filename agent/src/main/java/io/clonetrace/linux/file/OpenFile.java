package io.clonetrace.linux.file;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file by its descriptor: whatever happens to its name, all methods apply to the file that was opened. Any thread may
 * use it until it is closed.
 */
public final class OpenFile implements AutoCloseable {
    private static final int AT_EMPTY_PATH = 0x1000; // linux/fcntl.h
    private static final int F_SETLK = 6; // asm-generic/fcntl.h
    private static final short F_WRLCK = 1;
    private static final int FLOCK_BYTES = 32; // struct flock: two shorts, two off_t, a pid_t
    private static final byte[] NO_NAME = {0};
    private static final int PIECE = 1 << 16;
    private static final String MOUNT = "mnt_id:";

    /** No descriptor: every call refuses it (EBADF). */
    private static final int CLOSED = -1;

    private final AtomicInteger fd;
    private final String path;

    /** @param path its name in messages */
    OpenFile(int fd, String path) {
        this.fd = new AtomicInteger(fd);
        this.path = path;
    }

    /** -1 if it is closed. */
    int fd() {
        return fd.get();
    }

    /** Its status now. */
    public FileStatus status() throws LinuxException {
        long memory = Native.malloc(FileStatus.BYTES);
        try {
            check("statx", FileLibC.statx(fd(), NO_NAME, AT_EMPTY_PATH, FileStatus.MASK, memory));
            FileStatus status = FileStatus.of(new Pointer(memory));
            return status.mount() >= 0 ? status : status.on(mount());
        } finally {
            Native.free(memory);
        }
    }

    /** The id of the mount that it was opened on, from the file in which every kernel has it (proc_pid_fdinfo(5)). */
    long mount() throws LinuxException {
        try {
            for (String line : PseudoFile.lines(Path.of("/proc/self/fdinfo/" + fd()))) {
                if (line.startsWith(MOUNT)) {
                    return Long.parseLong(line.substring(MOUNT.length()).strip());
                }
            }
        } catch (IOException untold) {
            throw new LinuxException("the mount of " + path + " can't be found out: " + untold);
        }
        throw new LinuxException("the mount of " + path + " can't be found out");
    }

    /**
     * Locks all of it for writing (fcntl(2), F_SETLK, as {@link java.nio.channels.FileChannel#tryLock} does), until it
     * is closed or this process ends.
     *
     * @throws LinuxException if another process has locked it, or this file system has no locks
     */
    public void lock() throws LinuxException {
        // SEEK_SET, from 0, of length 0: to its end, wherever that will be.
        long lock = Native.malloc(FLOCK_BYTES);
        try {
            new Pointer(lock).clear(FLOCK_BYTES);
            new Pointer(lock).setShort(0, F_WRLCK);
            check("fcntl F_SETLK", FileLibC.fcntl(fd(), F_SETLK, lock));
        } finally {
            Native.free(lock);
        }
    }

    /** Gives it to another user (fchown(2)). */
    public void give(int user, int group) throws LinuxException {
        check("fchown", FileLibC.fchown(fd(), user, group));
    }

    /** Changes its permissions (fchmod(2)). */
    public void permit(int permissions) throws LinuxException {
        check("fchmod", FileLibC.fchmod(fd(), permissions));
    }

    /**
     * The content of a regular file, from its first byte.
     *
     * @param most the most bytes that are read
     */
    public byte[] read(int most) throws LinuxException {
        return read(0, most);
    }

    /**
     * A part of a regular file.
     *
     * @param from where it begins, in bytes
     * @param most the most bytes that are read
     */
    public byte[] read(long from, int most) throws LinuxException {
        byte[] bytes = new byte[most];
        int length = read(from, bytes);
        return length == most ? bytes : Arrays.copyOf(bytes, length);
    }

    /**
     * The same into an array, which is filled unless the file ends before.
     *
     * @param from where the part begins, in bytes
     * @return how many bytes were read
     */
    public int read(long from, byte[] into) throws LinuxException {
        long memory = Native.malloc(into.length);
        try {
            int length = 0;
            long count = 1;
            while (count > 0 && length < into.length) {
                count = FileLibC.pread(fd(), memory + length, into.length - length, from + length);
                check("read", count);
                length += (int) count;
            }
            new Pointer(memory).read(0, into, 0, length);
            return length;
        } finally {
            Native.free(memory);
        }
    }

    /** Writes all of it, after what was written before. */
    public void write(byte[] bytes) throws LinuxException {
        long memory = Native.malloc(PIECE);
        try {
            for (int from = 0; from < bytes.length; ) {
                int length = Math.min(PIECE, bytes.length - from);
                new Pointer(memory).write(0, bytes, from, length);
                long written = FileLibC.write(fd(), memory, length);
                check("write", written);
                from += (int) written;
            }
        } finally {
            Native.free(memory);
        }
    }

    /**
     * A path that leads to this file and no other while it is open, for calls that take only a path (proc_pid_fd(5)).
     */
    public Path link() {
        return Path.of("/proc/self/fd/" + fd());
    }

    private void check(String call, long result) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(call + " " + path, LibC.errno());
        }
    }

    @Override
    public void close() {
        int open = fd.getAndSet(CLOSED);
        if (open != CLOSED) {
            LibC.close(open);
        }
    }

    @Override
    public String toString() {
        return path;
    }
}
