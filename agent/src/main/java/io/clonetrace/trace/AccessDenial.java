package io.clonetrace.trace;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.Rights;

/** Who is against it, where a call is refused although the process has the capabilities that it takes. */
public final class AccessDenial {
    private AccessDenial() {}

    /** Whether the kernel said that this process may not. */
    public static boolean is(LinuxException failed) {
        return failed.errno() == Errno.EPERM.value() || failed.errno() == Errno.EACCES.value();
    }

    /** The end of a sentence that says which call was refused, and how. */
    public static String reason(Rights rights) {
        return rights.filtered()
                ? ", by the seccomp filter that this process is under"
                : ", by a user namespace, a security module or the kernel's lockdown";
    }
}
