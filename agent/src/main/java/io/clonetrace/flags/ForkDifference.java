package io.clonetrace.flags;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.ExitSignal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is different in a process that is not made as fork of glibc makes one.
 *
 * @param what the flag that it has more, or the exit signal
 * @param missing whether fork has it, and this has not
 * @param effect one sentence
 * @param isNotable whether the effect says more than the flag's meaning does
 */
record ForkDifference(String what, boolean missing, String effect, boolean isNotable) {

    private static final Map<CloneFlag, String> MORE = new EnumMap<>(Map.ofEntries(
            Map.entry(
                    CloneFlag.CLONE_VM,
                    "It writes into its creator's memory, stacks included; a forked child has a copy."),
            Map.entry(CloneFlag.CLONE_FS, "A chdir, chroot or umask made by one is seen by the other."),
            Map.entry(CloneFlag.CLONE_FILES, "What one opens or closes is so for the other."),
            Map.entry(CloneFlag.CLONE_SIGHAND, "A sigaction made by one is seen by the other."),
            Map.entry(
                    CloneFlag.CLONE_VFORK,
                    "Its creator's thread stands still until it ends or calls execve; after fork both run."),
            Map.entry(
                    CloneFlag.CLONE_PARENT,
                    "Its creator can't wait for it: its parent is its creator's parent, which gets the signal."),
            Map.entry(
                    CloneFlag.CLONE_SYSVSEM,
                    "Its semaphore adjustments are undone when the last that shares them ends."),
            Map.entry(
                    CloneFlag.CLONE_SETTLS, "It has a thread pointer of its own; a forked child keeps its creator's."),
            Map.entry(CloneFlag.CLONE_CLEAR_SIGHAND, "None of its creator's signal handlers runs in it."),
            Map.entry(
                    CloneFlag.CLONE_PIDFD,
                    "Its creator has a file descriptor of it, which no reuse of its pid deceives."),
            Map.entry(
                    CloneFlag.CLONE_INTO_CGROUP,
                    "It counts against another cgroup's limits than its creator from its start."),
            Map.entry(CloneFlag.CLONE_AUTOREAP, "Nothing can wait for it.")));

    private static final Map<CloneFlag, String> LESS = new EnumMap<>(Map.of(
            CloneFlag.CLONE_CHILD_SETTID,
                    "glibc in it takes its creator's tid for its own until it calls execve: raise and mutexes that know"
                            + " their owner go wrong.",
            CloneFlag.CLONE_CHILD_CLEARTID,
                    "Its tid in memory is not cleared at its end; a process needs that only if"
                            + " others share its memory."));

    /** The differences, what it has more first, in the order of the flags; empty if it is made as by fork. */
    static List<ForkDifference> of(CloneArgument process) {
        List<ForkDifference> differences = new ArrayList<>();
        CloneProfile fork = CloneProfile.GLIBC_FORK;
        for (CloneFlag flag : process.flags().flags()) {
            if (!fork.flags().has(flag)) {
                String effect = MORE.getOrDefault(flag, flag.meaning());
                differences.add(new ForkDifference(flag.name(), false, effect, MORE.containsKey(flag)));
            }
        }
        for (CloneFlag flag : fork.flags().flags()) {
            if (!process.flags().has(flag)) {
                differences.add(new ForkDifference(flag.name(), true, LESS.get(flag), true));
            }
        }
        if (process.exitSignal() != fork.exitSignal() && !process.flags().has(CloneFlag.CLONE_PARENT)) {
            String signal = ExitSignal.name(fork.exitSignal());
            differences.add(new ForkDifference(signal, true, signal(process.exitSignal()), true));
        }
        return differences;
    }

    private static String signal(int exitSignal) {
        return (exitSignal == 0 || exitSignal > ExitSignal.HIGHEST
                        ? "Its parent gets no signal at its end,"
                        : "Its parent gets " + ExitSignal.name(exitSignal) + " at its end,")
                + " and finds it only by wait with __WALL or __WCLONE.";
    }
}
