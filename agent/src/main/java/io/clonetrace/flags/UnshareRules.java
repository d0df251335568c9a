package io.clonetrace.flags;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.KernelVersion;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Whether a kernel accepts what is passed to unshare(2): {@code check_unshare_flags} and {@code ksys_unshare} of
 * kernel/fork.c. Valid for Linux 5.3 to 7.1.
 *
 * @param kernel the version whose rules apply
 */
record UnshareRules(KernelVersion kernel) {
    private static final KernelVersion NEWTIME = new KernelVersion(5, 6, 0);
    private static final KernelVersion EMPTY_MOUNTS = new KernelVersion(7, 1, 0);

    /** UNSHARE_EMPTY_MNTNS of linux/sched.h, whose bit is CLONE_PARENT_SETTID's in clone. */
    private static final long EMPTY_MOUNTS_BIT = 0x100000;

    private static final EnumSet<CloneFlag> TAKEN = EnumSet.of(
            CloneFlag.CLONE_VM,
            CloneFlag.CLONE_FS,
            CloneFlag.CLONE_FILES,
            CloneFlag.CLONE_SIGHAND,
            CloneFlag.CLONE_THREAD,
            CloneFlag.CLONE_NEWNS,
            CloneFlag.CLONE_SYSVSEM,
            CloneFlag.CLONE_NEWCGROUP,
            CloneFlag.CLONE_NEWUTS,
            CloneFlag.CLONE_NEWIPC,
            CloneFlag.CLONE_NEWUSER,
            CloneFlag.CLONE_NEWPID,
            CloneFlag.CLONE_NEWNET,
            CloneFlag.CLONE_NEWTIME);
    private static final EnumSet<CloneFlag> NEED_ONE_THREAD =
            EnumSet.of(CloneFlag.CLONE_VM, CloneFlag.CLONE_SIGHAND, CloneFlag.CLONE_THREAD, CloneFlag.CLONE_NEWUSER);

    /** The rules that the call breaks (EINVAL), one sentence each; empty if the kernel accepts it. */
    List<String> violations(CloneFlags flags) {
        List<String> violations = new ArrayList<>();
        long taken = CloneFlags.of(TAKEN.toArray(CloneFlag[]::new)).bits();
        if (kernel.isBefore(NEWTIME)) {
            taken &= ~CloneFlag.CLONE_NEWTIME.bit();
        }
        if (!kernel.isBefore(EMPTY_MOUNTS)) {
            taken |= EMPTY_MOUNTS_BIT;
        }
        long refused = flags.bits() & ~taken;
        if (refused != 0) {
            violations.add("unshare refuses " + new CloneFlags(refused) + ".");
        }
        return violations;
    }

    /** What depends on the caller, and what the flags mean here; one sentence each. */
    List<String> notes(CloneFlags flags) {
        List<String> notes = new ArrayList<>();
        NEED_ONE_THREAD.stream()
                .filter(flags::has)
                .map(CloneFlag::name)
                .reduce((one, other) -> one + ", " + other)
                .ifPresent(names -> notes.add(
                        names + ": EINVAL if the caller's process has more than one thread, as every JVM has."));
        if (flags.has(CloneFlag.CLONE_NEWPID)) {
            notes.add(
                    "CLONE_NEWPID: the caller's next children are in the new PID namespace, the caller is not. Then it can"
                            + " make no thread, and unshare no other PID namespace (EINVAL).");
        }
        if (flags.has(CloneFlag.CLONE_NEWTIME)) {
            notes.add("CLONE_NEWTIME: the caller's next children are in the new time namespace, the caller is not.");
        }
        if ((flags.bits() & EMPTY_MOUNTS_BIT) != 0) {
            notes.add("In unshare, the bit of CLONE_PARENT_SETTID is UNSHARE_EMPTY_MNTNS, since Linux 7.1.");
        }
        return notes;
    }

    /** What a flag does here, in one sentence: of what it shares, the caller gets its own. */
    static String meaning(CloneFlag flag) {
        return switch (flag) {
            case CLONE_VM, CLONE_SIGHAND, CLONE_THREAD -> "Nothing: it is accepted from a process of one thread.";
            case CLONE_FS -> "The caller gets a root directory, working directory and umask of its own.";
            case CLONE_FILES -> "The caller gets a file descriptor table of its own.";
            case CLONE_SYSVSEM -> "The caller gets a list of System V semaphore adjustments of its own.";
            case CLONE_NEWPID -> "The caller's next child is process 1 of a new PID namespace.";
            case CLONE_NEWTIME -> "The caller's next children are in a new time namespace: their own monotonic clock.";
            case CLONE_NEWNS -> "The caller enters a new mount namespace, a copy of the one it was in.";
            default -> flag.meaning().replace("The child starts in", "The caller enters");
        };
    }
}
