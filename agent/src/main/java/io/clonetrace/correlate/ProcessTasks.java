package io.clonetrace.correlate;

import java.util.HashSet;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The tids that are threads of this process: a source may also see other processes, such as the shell that started the
 * JVM.
 */
final class ProcessTasks {
    private final Set<Integer> tids = new HashSet<>();
    private final IntPredicate alive;

    /** @param alive whether a tid is a thread of this process now */
    ProcessTasks(int pid, IntPredicate alive) {
        this.alive = alive;
        tids.add(pid);
    }

    /** Also true for a thread that was made before the source looked, while it lives. */
    boolean has(int tid) {
        return tids.contains(tid) || alive.test(tid);
    }

    void add(int tid) {
        tids.add(tid);
    }

    void remove(int tid) {
        tids.remove(tid);
    }
}
