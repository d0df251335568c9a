package io.clonetrace.linux.process;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/**
 * Files that are waited for together (epoll(7)). Edge-triggered: a file counts once each time the kernel wakes its
 * readers, whatever it holds otherwise. Itself a file that can be waited for. Used by one thread.
 */
public final class Epoll implements AutoCloseable {
    private static final int CLOEXEC = 02000000; // linux/eventpoll.h: EPOLL_CLOEXEC
    private static final int ADD = 1; // EPOLL_CTL_ADD
    private static final int EPOLLIN = 1;
    private static final int EPOLLET = 1 << 31;

    /** Ints in a struct epoll_event, which is packed on x86-64: events, and 8 bytes of data, which are not used. */
    private static final int EVENT_INTS = 4;

    private static final int MOST_EVENTS = 4;

    private final int[] events = new int[MOST_EVENTS * EVENT_INTS];
    private final int fd;

    private Epoll(int fd) {
        this.fd = fd;
    }

    /** The functions of the C library, by JNA's direct mapping as in {@link LibC}. */
    private static final class EpollLibC {
        static {
            JnaLibrary.register(EpollLibC.class, "libc.so.6");
        }

        private EpollLibC() {}

        /** epoll_create1(2). */
        static native int epoll_create1(int flags);

        /** epoll_ctl(2). */
        static native int epoll_ctl(int epoll, int operation, int fd, int[] event);

        /** epoll_wait(2). */
        static native int epoll_wait(int epoll, int[] events, int most, int milliseconds);
    }

    /** @throws LinuxException if the process has all the descriptors that it may have */
    public static Epoll open() throws LinuxException {
        int fd = EpollLibC.epoll_create1(CLOEXEC);
        if (fd < 0) {
            throw new LinuxException("epoll_create1", LibC.errno());
        }
        return new Epoll(fd);
    }

    /** Adds a file that is to be read once its readers are woken. */
    public void addEdge(int file) throws LinuxException {
        if (EpollLibC.epoll_ctl(fd, ADD, file, new int[] {EPOLLIN | EPOLLET, 0, 0, 0}) != 0) {
            throw new LinuxException("epoll_ctl " + file, LibC.errno());
        }
    }

    /** Its own descriptor: readable once a file is, until {@link #clear}. */
    public int fd() {
        return fd;
    }

    /** Forgets which files became readable so far, without waiting. */
    public void clear() {
        EpollLibC.epoll_wait(fd, events, MOST_EVENTS, 0);
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
