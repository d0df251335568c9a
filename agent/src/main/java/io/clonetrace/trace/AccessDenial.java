package io.clonetrace.trace;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.Rights;

/** What denies a call although the process has the required capabilities, or the kernel a clone. */
public final class AccessDenial {
    /**
     * What to do about a seccomp filter that refuses clone3 with EPERM. clone3 got ENOSYS in moby's pull request 42836
     * and containerd's 6013 and 6014; runc takes such a profile since 1.0.2.
     */
    public static final String CLONE3_REMEDY =
            "where it refuses clone3 with EPERM, glibc does not fall back to clone as it does on ENOSYS: update Docker to"
                    + " 20.10.10 or containerd to 1.5.7 or 1.4.11, with runc 1.0.2 and libseccomp 2.5, or let the profile"
                    + " allow clone3";

    /** Why the kernel refuses to trace where {@link Lockdown#closesTracefs}, and what to do. */
    public static final String LOCKDOWN =
            "the kernel's lockdown is confidentiality, which restricts its tracing, for root too: use the source ptrace,"
                    + " or boot without lockdown=confidentiality";

    private AccessDenial() {}

    /** Whether the kernel denied permission. */
    public static boolean is(LinuxException failed) {
        return failed.errno() == Errno.EPERM.value() || failed.errno() == Errno.EACCES.value();
    }

    /** Completes a sentence that names the refused call and its error. */
    public static String reason(Rights rights) {
        return reason(rights, Lockdown.here());
    }

    static String reason(Rights rights, Lockdown lockdown) {
        if (lockdown.closesTracefs()) {
            return ": " + LOCKDOWN;
        }
        if (rights.filtered()) {
            return ", by the seccomp filter that this process is under"
                    + (rights.has(Capability.CAP_SYS_ADMIN)
                            ? ""
                            : "; the profiles of older container engines allow the call only with CAP_SYS_ADMIN");
        }
        return lockdown.mode().isPresent()
                ? ", by a user namespace or a security module"
                : ", by a user namespace, a security module or the kernel's lockdown";
    }
}
