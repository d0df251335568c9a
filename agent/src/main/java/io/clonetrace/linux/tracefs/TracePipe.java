package io.clonetrace.linux.tracefs;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file that is read without blocking, such as tracefs's per_cpu/cpuN/trace_pipe_raw. Used by one thread. */
public final class TracePipe implements AutoCloseable {
    private static final int O_NONBLOCK = 04000; // asm-generic/fcntl.h; equal on x86-64 and aarch64
    private static final int O_CLOEXEC = 02000000;

    private final Path path;
    private final int size;
    private final int fd;
    private final long memory;

    private TracePipe(Path path, int size, int fd) {
        this.path = path;
        this.size = size;
        this.fd = fd;
        this.memory = Native.malloc(size);
    }

    /**
     * @param size how many bytes are read at a time
     * @throws LinuxException if it can't be opened
     */
    public static TracePipe open(Path path, int size) throws LinuxException {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        int fd = TracefsLibC.open(name, O_NONBLOCK | O_CLOEXEC);
        if (fd < 0) {
            throw new LinuxException("open " + path, LibC.errno());
        }
        return new TracePipe(path, size, fd);
    }

    /**
     * Reads what is available, up to the read size.
     *
     * @return the number of bytes; 0 if nothing is available
     */
    public int read(byte[] into) throws LinuxException {
        long count = TracefsLibC.read(fd, memory, Math.min(size, into.length));
        if (count < 0) {
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN.value() || errno == Errno.EINTR.value()) {
                return 0;
            }
            throw new LinuxException("read " + path, errno);
        }
        new Pointer(memory).read(0, into, 0, (int) count);
        return (int) count;
    }

    @Override
    public void close() {
        LibC.close(fd);
        Native.free(memory);
    }
}
