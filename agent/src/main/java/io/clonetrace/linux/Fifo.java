package io.clonetrace.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.Charset;
import java.nio.file.Path;

/**
 * The writing end of a named pipe (fifo(7)) that never makes its writer wait. It is opened for reading too, so that
 * there is always a reader: neither does the opening wait for one, nor does a reader's end make a write fail.
 */
public final class Fifo implements AutoCloseable {
    private static final int OWNER_ONLY = 0600;
    private static final int O_RDWR = 02; // asm-generic/fcntl.h; equal on x86-64 and aarch64
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int F_SETPIPE_SZ = 1031; // linux/fcntl.h
    private static final int LARGEST = 1 << 20; // proc(5), fs.pipe-max-size, unless somebody changed it

    private final int fd;

    private Fifo(int fd) {
        this.fd = fd;
    }

    /**
     * Makes a pipe that only this user can open, as large as the kernel lets anybody have it.
     *
     * @throws LinuxException if there is something of that name, or it can't be made
     */
    public static Fifo create(Path path) throws LinuxException {
        byte[] name = (path + "\0").getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
        if (PtraceLibC.mkfifo(name, OWNER_ONLY) != 0) {
            throw new LinuxException("mkfifo " + path, LibC.errno());
        }
        int fd = PtraceLibC.open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0) {
            throw new LinuxException("open " + path, LibC.errno());
        }
        // Refused where this user's pipes hold too much already: it stays as it is, 64 KiB.
        LibC.fcntl(fd, F_SETPIPE_SZ, LARGEST);
        return new Fifo(fd);
    }

    /**
     * Writes as much as there is room for.
     *
     * @return the number of bytes written, 0 if there is no room
     */
    public int write(byte[] bytes, int offset, int length) throws LinuxException {
        long memory = Native.malloc(length);
        try {
            new Pointer(memory).write(0, bytes, offset, length);
            long written = PtraceLibC.write(fd, memory, length);
            if (written >= 0) {
                return (int) written;
            }
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN.value() || errno == Errno.EINTR.value()) {
                return 0;
            }
            throw new LinuxException("write to a pipe", errno);
        } finally {
            Native.free(memory);
        }
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
