package io.clonetrace.flags;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneRules;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.KernelVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * What a kernel answers to a call.
 *
 * @param call the system call
 * @param violations the rules of flags that it breaks (EINVAL), one sentence each; empty if it is accepted
 * @param depends what else the answer depends on: the caller, its namespaces, the kernel's configuration; one sentence
 *     each
 */
record KernelAnswer(Reading.Call call, List<String> violations, List<String> depends) {
    /** Those that were never merged: what distributions add to the kernel. */
    private static final String USER_NAMESPACE_SWITCHES =
            "CLONE_NEWUSER is refused (EPERM) where kernel.unprivileged_userns_clone is 0 (Debian, older Ubuntu), and has no"
                    + " capabilities inside where kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu 24.04) and no"
                    + " AppArmor profile allows them.";

    /** The answers to the calls that the text may stand for: the one that it names, else clone and clone3. */
    static List<KernelAnswer> to(Reading reading, KernelVersion kernel) {
        if (reading.isUnshare()) {
            return List.of(unshare(reading, kernel));
        }
        if (reading.call() == null || reading.call() == Reading.Call.CLONE) {
            return List.of(answer(Reading.Call.CLONE, reading, kernel), answer(Reading.Call.CLONE3, reading, kernel));
        }
        if (reading.call() == Reading.Call.CLONE3) {
            return List.of(answer(Reading.Call.CLONE3, reading, kernel), answer(Reading.Call.CLONE, reading, kernel));
        }
        return List.of(new KernelAnswer(reading.call(), List.of(), List.of()));
    }

    boolean isAccepted() {
        return violations.isEmpty();
    }

    /** Whether another call has the same answer. */
    boolean isLike(KernelAnswer other) {
        return violations.equals(other.violations) && depends.equals(other.depends);
    }

    private static KernelAnswer answer(Reading.Call call, Reading reading, KernelVersion kernel) {
        CloneRules rules = new CloneRules(kernel);
        CloneFlags flags = reading.argument().flags();
        int signal = reading.argument().exitSignal();
        CloneSyscall syscall = CloneSyscall.valueOf(call.name());
        List<String> depends = new ArrayList<>(rules.privileges(syscall, flags));
        namespaces(flags, depends);
        depends.addAll(rules.notes(syscall, flags, signal));
        return new KernelAnswer(call, rules.violations(syscall, flags, signal), depends);
    }

    private static KernelAnswer unshare(Reading reading, KernelVersion kernel) {
        UnshareRules rules = new UnshareRules(kernel);
        CloneFlags flags = reading.unshared();
        List<String> depends = new ArrayList<>(new CloneRules(kernel).privileges(CloneSyscall.CLONE3, flags));
        namespaces(flags, depends);
        depends.addAll(rules.notes(flags));
        return new KernelAnswer(Reading.Call.UNSHARE, rules.violations(flags), depends);
    }

    private static void namespaces(CloneFlags flags, List<String> depends) {
        boolean any = flags.flags().stream().anyMatch(flag -> flag.name().startsWith("CLONE_NEW"));
        if (flags.has(CloneFlag.CLONE_NEWUSER)) {
            depends.add(USER_NAMESPACE_SWITCHES);
        }
        if (any) {
            depends.add(
                    "A new namespace is refused with ENOSPC above user.max_*_namespaces of the caller's user namespace and"
                            + " of each above it, and beyond 32 nested user or PID namespaces; with EINVAL by a kernel built without"
                            + " that kind.");
        }
    }
}
