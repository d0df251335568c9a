package io.clonetrace.trace;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.Rights;

/** What denies a call although the process has the required capabilities. */
public final class AccessDenial {
    private AccessDenial() {}

    /** Whether the kernel denied permission. */
    public static boolean is(LinuxException failed) {
        return failed.errno() == Errno.EPERM.value() || failed.errno() == Errno.EACCES.value();
    }

    /** Completes a sentence that names the refused call and its error. */
    public static String reason(Rights rights) {
        return rights.filtered()
                ? ", by the seccomp filter that this process is under"
                : ", by a user namespace, a security module or the kernel's lockdown";
    }
}
