package io.clonetrace.correlate;

import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The tids that are threads of this process: a source may also see other processes, such as the shell that started the
 * JVM.
 */
final class ProcessTasks {
    /** Bounded, because tids are: by 2^22 (proc(5), pid_max). */
    private final BitSet tids = new BitSet();

    private final IntPredicate alive;

    /** @param alive whether a tid is a thread of this process now */
    ProcessTasks(int pid, IntPredicate alive) {
        this.alive = alive;
        tids.set(pid);
    }

    /** Also true for a thread that was made before the source looked; that it lives is asked once, not at each call. */
    boolean has(int tid) {
        if (tid <= 0) {
            return false;
        }
        if (!tids.get(tid) && alive.test(tid)) {
            tids.set(tid);
        }
        return tids.get(tid);
    }

    void add(int tid) {
        tids.set(tid);
    }

    void remove(int tid) {
        tids.clear(tid);
    }
}
