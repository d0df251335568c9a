package io.clonetrace.clone;

import static io.clonetrace.clone.CloneSyscall.CLONE;
import static io.clonetrace.clone.CloneSyscall.CLONE3;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.StringJoiner;

/**
 * Whether a kernel accepts a set of clone flags: what {@code clone3_args_valid}, {@code kernel_clone} and
 * {@code copy_process} of kernel/fork.c and {@code copy_namespaces} of kernel/nsproxy.c refuse with EINVAL, whatever
 * process calls. Valid for Linux 5.3 (the first with clone3) to 7.1. What also depends on the caller is in
 * {@link #notes}, what fails with EPERM in {@link #privileges}.
 *
 * @param kernel the version whose rules apply
 */
public record CloneRules(KernelVersion kernel) {

    private static final KernelVersion CLONE3_BORN = new KernelVersion(5, 3, 0);
    private static final KernelVersion NEWTIME_IN_CLONE3 = new KernelVersion(6, 3, 0);
    private static final KernelVersion PIDFD_OF_THREAD = new KernelVersion(6, 9, 0);
    private static final KernelVersion SIGNAL_CHECKED_IN_CLONE = new KernelVersion(7, 1, 0);
    private static final EnumSet<CloneFlag> NEED_SYS_ADMIN = EnumSet.of(
            CloneFlag.CLONE_NEWNS,
            CloneFlag.CLONE_NEWCGROUP,
            CloneFlag.CLONE_NEWUTS,
            CloneFlag.CLONE_NEWIPC,
            CloneFlag.CLONE_NEWPID,
            CloneFlag.CLONE_NEWNET,
            CloneFlag.CLONE_NEWTIME,
            CloneFlag.CLONE_EMPTY_MNTNS);

    /**
     * The rules that the call breaks, one sentence each; empty if the kernel accepts it.
     *
     * @param syscall the system call; fork and vfork pass no flags
     * @param flags the flags without the exit signal
     * @param exitSignal clone3's {@code exit_signal} field, or the low byte of clone's argument
     */
    public List<String> violations(CloneSyscall syscall, CloneFlags flags, int exitSignal) {
        List<String> violations = new ArrayList<>();
        switch (syscall) {
            case CLONE -> legacyViolations(flags, exitSignal, violations);
            case CLONE3 -> clone3Violations(flags, exitSignal, violations);
            default -> {
                if (flags.bits() != 0) {
                    violations.add(syscall.syscallName() + " takes no flags.");
                }
                return violations;
            }
        }
        CloneFlags seen = seen(syscall, flags);
        for (FlagRule rule : FlagRule.ALL) {
            if (rule.isBrokenBy(seen)) {
                violations.add(rule.sentence());
            }
        }
        if (kernel.isBefore(PIDFD_OF_THREAD) && hasAll(seen, CloneFlag.CLONE_PIDFD, CloneFlag.CLONE_THREAD)) {
            violations.add("CLONE_PIDFD excludes CLONE_THREAD before Linux " + PIDFD_OF_THREAD + ".");
        }
        return violations;
    }

    /**
     * What the call needs beyond valid flags, one sentence each; without it the kernel returns EPERM, EACCES or ENOSPC.
     */
    public List<String> privileges(CloneSyscall syscall, CloneFlags flags) {
        List<String> privileges = new ArrayList<>();
        CloneFlags seen = seen(syscall, flags);
        if (seen.has(CloneFlag.CLONE_NEWUSER)) {
            privileges.add(
                    "CLONE_NEWUSER needs no capability, but a mapped user, no chroot, and a system that allows it"
                            + " (user.max_user_namespaces).");
        } else {
            StringJoiner names = new StringJoiner(", ");
            names.setEmptyValue("");
            NEED_SYS_ADMIN.stream().filter(seen::has).forEach(flag -> names.add(flag.name()));
            if (names.length() > 0) {
                privileges.add(names + " without CLONE_NEWUSER: needs CAP_SYS_ADMIN.");
            }
        }
        if (seen.has(CloneFlag.CLONE_PIDFD_AUTOKILL) && !seen.has(CloneFlag.CLONE_NNP)) {
            privileges.add("CLONE_PIDFD_AUTOKILL without CLONE_NNP: needs CAP_SYS_ADMIN.");
        }
        if (seen.has(CloneFlag.CLONE_INTO_CGROUP)) {
            privileges.add("CLONE_INTO_CGROUP needs the right to move a process into that cgroup (cgroups(7)).");
        }
        return privileges;
    }

    /** What depends on the caller or the kernel's configuration, and what the call ignores; one sentence each. */
    public List<String> notes(CloneSyscall syscall, CloneFlags flags, int exitSignal) {
        List<String> notes = new ArrayList<>();
        if (syscall == CLONE) {
            flags.flags().stream().filter(flag -> !flag.isAcceptedBy(CLONE)).forEach(flag -> notes.add(ignored(flag)));
            if (exitSignal != 0 && flags.has(CloneFlag.CLONE_THREAD)) {
                notes.add("clone ignores the exit signal of a thread.");
            } else if (exitSignal != 0 && flags.has(CloneFlag.CLONE_PARENT)) {
                notes.add("clone ignores the exit signal with CLONE_PARENT: the child has that of its creator.");
            }
            if (exitSignal > ExitSignal.HIGHEST && kernel.isBefore(SIGNAL_CHECKED_IN_CLONE)) {
                notes.add("An exit signal above 64 is none; clone refuses it since Linux 7.1 (and backports).");
            }
            if (flags.has(CloneFlag.CLONE_DETACHED)) {
                notes.add("clone ignores CLONE_DETACHED, unless CLONE_PIDFD is with it.");
            }
        }
        if (syscall == CLONE3 && flags.has(CloneFlag.CLONE_NEWTIME) && kernel.isBefore(NEWTIME_IN_CLONE3)) {
            notes.add("clone3 takes CLONE_NEWTIME since Linux 6.3 (and backports).");
        }
        if (flags.has(CloneFlag.CLONE_PARENT)) {
            notes.add("CLONE_PARENT is refused (EINVAL) if the caller is an init process or has CLONE_AUTOREAP.");
        }
        if (flags.has(CloneFlag.CLONE_THREAD) || flags.has(CloneFlag.CLONE_NEWPID)) {
            notes.add((flags.has(CloneFlag.CLONE_THREAD) ? CloneFlag.CLONE_THREAD : CloneFlag.CLONE_NEWPID)
                    + " is refused (EINVAL) if the caller's children are to be in another PID namespace"
                    + " (unshare, setns).");
        }
        return notes;
    }

    private void clone3Violations(CloneFlags flags, int exitSignal, List<String> violations) {
        if (kernel.isBefore(CLONE3_BORN)) {
            violations.add("clone3 exists since Linux " + CLONE3_BORN + ".");
        }
        if (flags.unknownBits() != 0) {
            violations.add("clone3 refuses bits that are no flag: 0x" + Long.toHexString(flags.unknownBits()) + ".");
        }
        for (CloneFlag flag : flags.flags()) {
            if (!flag.isAcceptedBy(CLONE3)) {
                violations.add("clone3 refuses " + flag + ".");
            } else if (kernel.isBefore(flag.since())) {
                violations.add("clone3 refuses " + flag + " before Linux " + flag.since() + ".");
            }
        }
        refuseExitSignal(exitSignal, violations);
        for (CloneFlag flag : List.of(CloneFlag.CLONE_THREAD, CloneFlag.CLONE_PARENT, CloneFlag.CLONE_AUTOREAP)) {
            if (exitSignal != 0 && flags.has(flag)) {
                violations.add("clone3 refuses an exit signal with " + flag + ".");
            }
        }
    }

    private void legacyViolations(CloneFlags flags, int exitSignal, List<String> violations) {
        if (!kernel.isBefore(SIGNAL_CHECKED_IN_CLONE)) {
            refuseExitSignal(exitSignal, violations);
        }
        if (hasAll(flags, CloneFlag.CLONE_PIDFD, CloneFlag.CLONE_PARENT_SETTID)) {
            violations.add(
                    "clone has one argument for CLONE_PIDFD and CLONE_PARENT_SETTID, so they exclude each other.");
        }
    }

    private static void refuseExitSignal(int exitSignal, List<String> violations) {
        if (exitSignal < 0 || exitSignal > ExitSignal.HIGHEST) {
            violations.add("The exit signal " + exitSignal + " is no signal (0 to " + ExitSignal.HIGHEST + ").");
        }
    }

    /** The flags as the kernel sees them: clone uses 32 bits, of which the lowest 8 are the exit signal. */
    private static CloneFlags seen(CloneSyscall syscall, CloneFlags flags) {
        return syscall == CLONE ? new CloneFlags(flags.bits() & 0xffff_ff00L) : flags;
    }

    private static boolean hasAll(CloneFlags flags, CloneFlag one, CloneFlag other) {
        return flags.has(one) && flags.has(other);
    }

    private static String ignored(CloneFlag flag) {
        return flag == CloneFlag.CLONE_NEWTIME
                ? "clone reads the bit of CLONE_NEWTIME as part of the exit signal."
                : "clone ignores " + flag + ": its flags have 32 bits.";
    }
}
