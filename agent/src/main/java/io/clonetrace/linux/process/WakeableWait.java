package io.clonetrace.linux.process;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;
import java.util.concurrent.TimeUnit;

/** Lets one thread wait until one of two files can be read, and others end its wait: poll(2) with an eventfd(2). */
public final class WakeableWait implements AutoCloseable {
    private static final int EFD_NONBLOCK_CLOEXEC = 02004000; // asm-generic/fcntl.h, O_NONBLOCK | O_CLOEXEC
    private static final int POLLIN = 1; // asm-generic/poll.h
    private static final int REVENTS = 16; // struct pollfd: int fd, short events, short revents

    private static final int FIELDS = 2; // ints of a struct pollfd
    private static final int FILES = 2;

    private final int event;
    private final int[] descriptors = new int[FIELDS * (FILES + 1)];
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
     * @param first a file's descriptor; -1 for none
     * @param second another's; -1 for none
     * @param nanos for how long at most, in whole milliseconds
     * @return whether one of the files {@linkplain #isReadable can be read}
     * @throws LinuxException at once if one of them can't be waited for
     */
    public boolean await(int first, int second, long nanos) throws LinuxException {
        set(0, first);
        set(1, second);
        set(FILES, event);
        int ready = EventLibC.poll(descriptors, FILES + 1, (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        if (ready <= 0) {
            int errno = LibC.errno();
            clear();
            if (ready < 0 && errno != Errno.EINTR.value()) {
                // With an RLIMIT_NOFILE of less than three files, for example.
                throw new LinuxException("poll " + first + " " + second, errno);
            }
            return false;
        }
        if (events(FILES) != 0) {
            EventLibC.eventfd_read(event, new long[1]);
        }
        return isReadable(0) | isReadable(1);
    }

    /**
     * Whether the file with that index, 0 or 1, can be read since the latest wait.
     *
     * @throws LinuxException if it can't be waited for
     */
    public boolean isReadable(int file) throws LinuxException {
        int events = events(file);
        if (events != 0 && (events & POLLIN) == 0) {
            throw new LinuxException(
                    "poll " + descriptors[FIELDS * file] + ": not readable, events 0x" + Integer.toHexString(events));
        }
        return events != 0;
    }

    /** A descriptor of -1 is left out by the kernel. */
    private void set(int index, int fd) {
        descriptors[FIELDS * index] = fd;
        descriptors[FIELDS * index + 1] = POLLIN;
    }

    private int events(int index) {
        return descriptors[FIELDS * index + 1] >>> REVENTS;
    }

    private void clear() {
        for (int i = 0; i <= FILES; i++) {
            set(i, -1);
        }
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
