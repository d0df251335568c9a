package io.clonetrace.linux.file;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * The write end of a named pipe (fifo(7)) that never blocks its writer. It is opened for reading too, so that there is
 * always a reader: opening it does not wait for one, and a write does not fail when the reader ends.
 */
public final class Fifo implements AutoCloseable {
    private static final int F_SETPIPE_SZ = 1031; // linux/fcntl.h
    private static final int LARGEST = 1 << 20; // proc(5), fs.pipe-max-size, by default

    private final OpenFile pipe;
    private RandomAccessFile locked;

    private Fifo(OpenFile pipe) {
        this.pipe = pipe;
    }

    /**
     * Makes a pipe that only this user can open, as large as the kernel allows every user.
     *
     * @throws LinuxException if the name is taken, or the pipe can't be made
     */
    public static Fifo create(Folder folder, String name) throws LinuxException {
        OpenFile pipe = folder.makePipe(name);
        // Refused if this user's pipes hold too much already: the pipe stays at 64 KiB.
        LibC.fcntl(pipe.fd(), F_SETPIPE_SZ, LARGEST);
        return new Fifo(pipe);
    }

    /** Gives it to another user, who alone can open it then. */
    public void give(int user, int group) throws LinuxException {
        pipe.give(user, group);
    }

    /**
     * Locks it (fcntl(2), F_SETLK) until it is closed or this process ends: so its reader can find out that the writer
     * has ended, even in another pid namespace.
     */
    public void lock() throws IOException {
        locked = new RandomAccessFile("/proc/self/fd/" + pipe.fd(), "rw");
        if (locked.getChannel().tryLock() == null) {
            throw new IOException("another process has locked the pipe");
        }
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
            long written = FileLibC.write(pipe.fd(), memory, length);
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
        try {
            if (locked != null) {
                locked.close();
            }
        } catch (IOException unlocked) {
            // Closed all the same.
        }
        pipe.close();
    }
}
