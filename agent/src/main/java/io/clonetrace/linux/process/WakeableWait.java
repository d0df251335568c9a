package io.clonetrace.linux.process;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;
import java.util.concurrent.TimeUnit;

/** Lets one thread wait until a file can be read, and others end its wait: poll(2) with an eventfd(2). */
public final class WakeableWait implements AutoCloseable {
    private static final int EFD_NONBLOCK_CLOEXEC = 02004000; // asm-generic/fcntl.h, O_NONBLOCK | O_CLOEXEC
    private static final int POLLIN = 1; // asm-generic/poll.h
    private static final int REVENTS = 16; // struct pollfd: int fd, short events, short revents

    private final int event;
    private boolean closed;

    private WakeableWait(int event) {
        this.event = event;
    }

    /** The functions of the C library, by JNA's direct mapping as in {@link LibC}. */
    private static final class EventLibC {
        static {
            JnaLibrary.register(EventLibC.class, "libc.so.6");
        }

        private EventLibC() {}

        /** eventfd(2). */
        static native int eventfd(int value, int flags);

        /** eventfd_read(3). */
        static native int eventfd_read(int fd, long[] value);

        /** eventfd_write(3). */
        static native int eventfd_write(int fd, long value);

        /** poll(2). */
        static native int poll(int[] descriptors, long count, int milliseconds);
    }

    /** @throws LinuxException if the process has all the descriptors that it may have */
    public static WakeableWait open() throws LinuxException {
        int fd = EventLibC.eventfd(0, EFD_NONBLOCK_CLOEXEC);
        if (fd < 0) {
            throw new LinuxException("eventfd", LibC.errno());
        }
        return new WakeableWait(fd);
    }

    /**
     * Waits. A {@link #wake} that came before ends it at once, and so may a signal.
     *
     * @param fd the file's descriptor
     * @param nanos for how long at most, in whole milliseconds
     * @return whether the file can be read
     * @throws LinuxException at once if the file can't be waited for
     */
    public boolean await(int fd, long nanos) throws LinuxException {
        int[] descriptors = {fd, POLLIN, event, POLLIN};
        int ready = EventLibC.poll(descriptors, 2, (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        if (ready < 0 && LibC.errno() != Errno.EINTR.value()) {
            // With an RLIMIT_NOFILE of less than two files, for example.
            throw new LinuxException("poll " + fd, LibC.errno());
        }
        if (ready <= 0) {
            return false;
        }
        if (descriptors[3] >>> REVENTS != 0) {
            EventLibC.eventfd_read(event, new long[1]);
        }
        int events = descriptors[1] >>> REVENTS;
        if (events != 0 && (events & POLLIN) == 0) {
            throw new LinuxException("poll " + fd + ": not readable, events 0x" + Integer.toHexString(events));
        }
        return events != 0;
    }

    /** Ends the wait, or the next one. Called by any thread. */
    public synchronized void wake() {
        if (!closed) {
            EventLibC.eventfd_write(event, 1);
        }
    }

    /** Called by the thread that waits. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(event);
        }
    }
}
