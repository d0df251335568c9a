package io.clonetrace.linux.process;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.jna.LibC;

/**
 * The session keyring (session-keyring(7)): keys, such as Kerberos tickets, that a thread passes on to the threads and
 * programs that it starts, whatever their user becomes by setuid(2). Every process with the keyring may read them.
 */
public final class SessionKeyring {
    private static final int KEYCTL_JOIN_SESSION_KEYRING = 1; // linux/keyctl.h
    private static final long NEW = 0; // no name

    private SessionKeyring() {}

    /**
     * Replaces the calling thread's keyring by an empty one (keyctl_join_session_keyring(3)). If the kernel has no
     * keys, or a seccomp filter refuses keyctl(2), nothing is done: all that this process starts has the same kernel
     * and filter, and can read no key either.
     *
     * @throws LinuxException if the thread keeps its old keyring
     */
    public static void renew() throws LinuxException {
        long result = ProcessLibC.syscall(keyctl(), KEYCTL_JOIN_SESSION_KEYRING, NEW, 0, 0);
        int errno = LibC.errno();
        if (result < 0 && errno != Errno.ENOSYS.value() && errno != Errno.EPERM.value()) {
            throw new LinuxException("keyctl KEYCTL_JOIN_SESSION_KEYRING", errno);
        }
    }

    private static int keyctl() throws LinuxException {
        Processor processor = Processor.current().orElseThrow(() -> new LinuxException(Processor.unsupported()));
        return processor.keyctl();
    }
}
