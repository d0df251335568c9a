package io.clonetrace.flags;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;

/**
 * Common seccomp filters: what they answer before the kernel looks at the flags. A filter can't read clone3's flags,
 * which are in memory, so each refuses clone3 as a whole; libc then uses clone.
 */
enum SeccompFilter {
    /** moby, profiles/seccomp/default.json (commit 0ec744f43b52); since Docker 20.10.10. */
    DOCKER("Docker's default, without CAP_SYS_ADMIN") {
        @Override
        Answer answer(Reading.Call call, Reading reading) {
            return switch (call) {
                case CLONE -> hasNamespaces(reading.argument().flags(), 0x7e020000L) ? Answer.EPERM : Answer.PASSED;
                case CLONE3 -> Answer.ENOSYS;
                case UNSHARE -> Answer.EPERM;
                case FORK, VFORK -> Answer.PASSED;
            };
        }
    },
    /**
     * Chromium, sandbox/linux/seccomp-bpf-helpers/syscall_parameters_restrictions.cc,
     * RestrictCloneToThreadsAndEPERMFork (commit 007c5f6a87c5), and baseline_policy.cc.
     */
    CHROME("Chrome's, in a renderer") {
        @Override
        Answer answer(Reading.Call call, Reading reading) {
            return switch (call) {
                case CLONE -> {
                    long word = reading.word();
                    long vforked = CloneFlags.of(CloneFlag.CLONE_VM, CloneFlag.CLONE_VFORK)
                            .bits();
                    long shared = CloneFlags.of(CloneFlag.CLONE_VM, CloneFlag.CLONE_THREAD)
                            .bits();
                    if (word == CloneProfile.PTHREAD_CREATE.flags().bits()) {
                        yield Answer.PASSED;
                    }
                    yield (word & shared) == 0 || (word & vforked) == vforked ? Answer.EPERM : Answer.SIGSYS;
                }
                case CLONE3 -> Answer.ENOSYS;
                case FORK, VFORK -> Answer.EPERM;
                case UNSHARE -> Answer.SIGSYS;
            };
        }
    },
    /** systemd, src/shared/seccomp-util.c, seccomp_restrict_namespaces; systemd.exec(5). */
    SYSTEMD("systemd's RestrictNamespaces=yes") {
        @Override
        Answer answer(Reading.Call call, Reading reading) {
            return switch (call) {
                case CLONE -> hasNamespaces(reading.argument().flags(), 0x7e020000L) ? Answer.EPERM : Answer.PASSED;
                case CLONE3 -> Answer.ENOSYS;
                case UNSHARE -> hasNamespaces(reading.unshared(), 0x7e020000L) ? Answer.EPERM : Answer.PASSED;
                case FORK, VFORK -> Answer.PASSED;
            };
        }
    };

    /** What a filter does with a call. */
    enum Answer {
        /** The kernel answers. */
        PASSED,
        EPERM,
        ENOSYS,
        /** The signal, which ends the process unless it handles it. */
        SIGSYS;

        String text() {
            return this == PASSED ? "passed on" : name();
        }
    }

    private final String label;

    SeccompFilter(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** What this filter answers to a call with these flags. */
    abstract Answer answer(Reading.Call call, Reading reading);

    private static boolean hasNamespaces(CloneFlags flags, long mask) {
        return (flags.bits() & mask) != 0;
    }
}
