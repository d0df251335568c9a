package io.clonetrace.linux;

/**
 * The errno values that code or messages distinguish (errno(3), asm-generic/errno-base.h and errno.h; the same on
 * x86-64 and aarch64).
 */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    ESRCH(3),
    EINTR(4),
    EIO(5),
    E2BIG(7),
    EBADF(9),
    ECHILD(10),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    EXDEV(18),
    ENOTDIR(20),
    EINVAL(22),
    ENOSPC(28),
    EROFS(30),
    ENOSYS(38),
    ENOTEMPTY(39),
    ELOOP(40),
    EUSERS(87),
    EOPNOTSUPP(95),
    ECONNREFUSED(111);

    private final int value;

    Errno(int value) {
        this.value = value;
    }

    /** The number. */
    public int value() {
        return value;
    }

    /** Whether one of these has that name. */
    public static boolean isName(String name) {
        for (Errno known : values()) {
            if (known.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** {@code EAGAIN} for 11; {@code errno 71} for one that is not listed here. */
    public static String name(int errno) {
        for (Errno known : values()) {
            if (known.value == errno) {
                return known.name();
            }
        }
        return "errno " + errno;
    }
}
