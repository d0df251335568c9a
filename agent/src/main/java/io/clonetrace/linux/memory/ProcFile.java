package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/** An open file of {@code /proc/PID} for ioctls, with memory for their arguments. Thread-safe. */
final class ProcFile implements AutoCloseable {
    // asm-generic/fcntl.h; equal on x86-64 and aarch64.
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;

    /** Arguments for this many threads at a time are kept. */
    private static final int KEPT = 8;

    private final String path;
    private final int fd;
    private final long bytes;
    private final ObjectPool<Pointer> free = new ObjectPool<>(KEPT);

    /** Direct mapping: see {@link LibC}. */
    private static final class Calls {
        static {
            JnaLibrary.register(Calls.class, "libc.so.6");
        }

        static native int open(byte[] path, int flags);

        // Variadic in C, which for integers is the same on both processors.
        static native int ioctl(int fd, long request, long argument);

        static native int close(int fd);
    }

    /**
     * Opens it for reading.
     *
     * @param bytes size of an ioctl's argument, with what it points to
     * @throws LinuxException ENOENT: no such process; EACCES: this user may not look at it (ptrace(2),
     *     PTRACE_MODE_READ)
     */
    ProcFile(String path, long bytes) throws LinuxException {
        this.path = path;
        this.bytes = bytes;
        this.fd = Calls.open(Native.toByteArray(path), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            throw new LinuxException("open " + path, Native.getLastError());
        }
    }

    /** Memory for one argument, not cleared; malloc'ed, because JNA's Memory would start a cleaner thread. */
    Pointer borrow() {
        Pointer kept = free.take();
        return kept == null ? new Pointer(Native.malloc(bytes)) : kept;
    }

    void giveBack(Pointer argument) {
        if (!free.give(argument)) {
            Native.free(Pointer.nativeValue(argument));
        }
    }

    /** ioctl(2); -1 with {@link Native#getLastError} set if it fails. */
    int ioctl(long request, Pointer argument) {
        return Calls.ioctl(fd, request, Pointer.nativeValue(argument));
    }

    /** The failure of the latest ioctl. */
    LinuxException failure(String request) {
        return new LinuxException(request + " on " + path, Native.getLastError());
    }

    @Override
    public void close() {
        Calls.close(fd);
        for (Pointer kept = free.take(); kept != null; kept = free.take()) {
            Native.free(Pointer.nativeValue(kept));
        }
    }
}
