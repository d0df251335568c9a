package io.clonetrace.clone;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A flag that {@link CloneProfile#PTHREAD_CREATE} has and another call lacks.
 *
 * @param flag the flag
 * @param cost one sentence: what the child, or code that deals with it, goes without
 */
public record MissingFlag(CloneFlag flag, String cost) {

    private static final Map<CloneFlag, String> COSTS = new EnumMap<>(Map.of(
            CloneFlag.CLONE_VM, "It runs in a copy of the memory: neither sees what the other writes.",
            CloneFlag.CLONE_FS, "A chdir, chroot or umask made by one is not seen by the other.",
            CloneFlag.CLONE_FILES,
                    "It has a copy of the file descriptors: what one opens or closes is not so for the other.",
            CloneFlag.CLONE_SIGHAND,
                    "It has a copy of the signal handlers: a sigaction made by one is not seen by the other.",
            CloneFlag.CLONE_THREAD,
                    "It is a process with a pid of its own: its parent must wait for it, and an exit"
                            + " or a signal of one process does not affect the other.",
            CloneFlag.CLONE_SYSVSEM,
                    "Its System V semaphore adjustments are undone when it ends, not when the process ends.",
            CloneFlag.CLONE_SETTLS,
                    "It shares its creator's thread pointer, so the same errno, and the same owner of stdio's"
                            + " locks: no libc function that touches either, printf first, is safe in it.",
            CloneFlag.CLONE_PARENT_SETTID,
                    "The kernel does not write its tid into glibc's struct pthread: only the caller of"
                            + " clone learns it, so pthread_kill and robust mutexes find none.",
            CloneFlag.CLONE_CHILD_CLEARTID,
                    "Its exit wakes no thread: a pthread_join would wait forever, and nothing says when"
                            + " its stack may be freed."));

    /** The flags of pthread_create's nine that {@code flags} lacks, in the order of the flags; empty if it has all. */
    public static List<MissingFlag> againstPthreadCreate(CloneFlags flags) {
        List<MissingFlag> missing = new ArrayList<>();
        COSTS.forEach((flag, cost) -> {
            if (!flags.has(flag)) {
                missing.add(new MissingFlag(flag, cost));
            }
        });
        return missing;
    }
}
