package io.clonetrace.clone;

import static io.clonetrace.clone.CloneFlag.*;
import static io.clonetrace.clone.FlagRule.Kind.EXCLUDES;
import static io.clonetrace.clone.FlagRule.Kind.REQUIRES;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A case of EINVAL that depends on two flags alone: {@code copy_process} and {@code clone3_args_valid} of
 * kernel/fork.c, {@code copy_namespaces} of kernel/nsproxy.c.
 */
record FlagRule(CloneFlag flag, Kind kind, CloneFlag other, String reason) {

    enum Kind {
        REQUIRES,
        EXCLUDES
    }

    /** All rules; a rule of kind EXCLUDES applies in both directions and is listed once. */
    static final List<FlagRule> ALL = List.of(
            new FlagRule(CLONE_THREAD, REQUIRES, CLONE_SIGHAND, "the threads of a process share its signal handlers"),
            new FlagRule(CLONE_SIGHAND, REQUIRES, CLONE_VM, "a handler is an address in the memory that both run in"),
            new FlagRule(CLONE_PIDFD_AUTOKILL, REQUIRES, CLONE_PIDFD, "there must be a pidfd whose closing kills"),
            new FlagRule(
                    CLONE_PIDFD_AUTOKILL,
                    REQUIRES,
                    CLONE_AUTOREAP,
                    "there may be no parent left to wait for the child"),
            new FlagRule(CLONE_NEWNS, EXCLUDES, CLONE_FS, "a root directory belongs to one mount namespace"),
            new FlagRule(CLONE_EMPTY_MNTNS, EXCLUDES, CLONE_FS, "a root directory belongs to one mount namespace"),
            new FlagRule(
                    CLONE_NEWUSER, EXCLUDES, CLONE_FS, "with its new capabilities it could move its creator's root"),
            new FlagRule(CLONE_NEWUSER, EXCLUDES, CLONE_THREAD, "the threads of a process are in one user namespace"),
            new FlagRule(CLONE_NEWPID, EXCLUDES, CLONE_THREAD, "the threads of a process are in one PID namespace"),
            new FlagRule(CLONE_NEWIPC, EXCLUDES, CLONE_SYSVSEM, "its creator's semaphores are out of its reach"),
            new FlagRule(CLONE_CLEAR_SIGHAND, EXCLUDES, CLONE_SIGHAND, "shared handlers cannot be reset for one alone"),
            new FlagRule(CLONE_PIDFD, EXCLUDES, CLONE_DETACHED, "the kernel keeps that bit for a later pidfd flag"),
            new FlagRule(CLONE_AUTOREAP, EXCLUDES, CLONE_THREAD, "a process is reaped, not a thread"),
            new FlagRule(CLONE_AUTOREAP, EXCLUDES, CLONE_PARENT, "the parent it would get never asked for that"),
            new FlagRule(CLONE_NNP, EXCLUDES, CLONE_THREAD, "no_new_privs from birth is for a whole process"),
            new FlagRule(CLONE_PIDFD_AUTOKILL, EXCLUDES, CLONE_THREAD, "a process is killed, not a thread"));

    static Set<CloneFlag> others(CloneFlag flag, Kind kind) {
        EnumSet<CloneFlag> others = EnumSet.noneOf(CloneFlag.class);
        for (FlagRule rule : ALL) {
            if (rule.kind == kind && rule.flag == flag) {
                others.add(rule.other);
            } else if (rule.kind == kind && kind == EXCLUDES && rule.other == flag) {
                others.add(rule.flag);
            }
        }
        return others;
    }

    boolean isBrokenBy(CloneFlags flags) {
        return flags.has(flag) && flags.has(other) == (kind == EXCLUDES);
    }

    String sentence() {
        return flag + (kind == REQUIRES ? " requires " : " excludes ") + other + ": " + reason + ".";
    }
}
