package io.clonetrace.cli.doctor;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;

/** Why a process's stacks can't be read by one of the kernel's newer ways. */
final class StackAccess {
    private StackAccess() {}

    /** @param since the Linux that has the way */
    static Ability refused(String name, LinuxException refused, String where, KernelVersion since) {
        boolean denied = refused.errno() == Errno.EACCES.value() || refused.errno() == Errno.EPERM.value();
        return denied
                ? Ability.no(name, refused.getMessage(), where, "run as that process's user, or as root")
                : Ability.no(
                        name,
                        refused.getMessage() + "; " + KernelVersion.whyRefused(since)
                                + ". Stacks are read from smaps, which takes" + " longer",
                        where,
                        "");
    }
}
