package io.clonetrace.linux;

/** A failed call of the C library or the kernel; the message has the call, its object and the errno's name. */
public final class LinuxException extends Exception {
    private static final long serialVersionUID = 1;

    private final int errno;

    public LinuxException(String call, int errno) {
        super(call + ": " + Errno.name(errno));
        this.errno = errno;
    }

    /** A failure that has no errno. */
    public LinuxException(String what) {
        super(what);
        this.errno = 0;
    }

    /** The errno (errno(3)); 0 if there is none. */
    public int errno() {
        return errno;
    }
}
