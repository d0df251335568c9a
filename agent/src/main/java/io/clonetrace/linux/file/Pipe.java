package io.clonetrace.linux.file;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.file.Path;

/**
 * An unnamed pipe (pipe(2)): both ends are opened through /proc, and close with this process.
 *
 * @param readFd its reading end
 * @param writeFd its writing end
 */
public record Pipe(int readFd, int writeFd) implements AutoCloseable {
    private static final int O_CLOEXEC = 02000000; // asm-generic/fcntl.h; equal on x86-64 and aarch64
    private static final int F_SETPIPE_SZ = 1031; // linux/fcntl.h
    private static final int LARGEST = 1 << 20; // proc(5), fs.pipe-max-size, by default

    /** Makes a pipe, as large as the kernel allows every user. */
    public static Pipe make() throws LinuxException {
        int[] ends = new int[2];
        if (LibC.pipe2(ends, O_CLOEXEC) != 0) {
            throw new LinuxException("pipe2", LibC.errno());
        }
        // Refused if this user's pipes hold too much already: the pipe stays at 64 KiB.
        LibC.fcntl(ends[0], F_SETPIPE_SZ, LARGEST);
        return new Pipe(ends[0], ends[1]);
    }

    /** A file that is the pipe, for reading. */
    public Path reading() {
        return Path.of("/proc/self/fd/" + readFd);
    }

    /** A file that is the pipe, for writing. */
    public Path writing() {
        return Path.of("/proc/self/fd/" + writeFd);
    }

    @Override
    public void close() {
        LibC.close(readFd);
        LibC.close(writeFd);
    }
}
