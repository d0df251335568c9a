package io.clonetrace.trace.tracefs;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Tells the tasks of one process from those of the processes that it made: event-fork follows both. */
final class Family {
    private final int pid;
    private final Set<Integer> own = new HashSet<>();
    private final Set<Integer> foreign = new HashSet<>();
    private long undecided;

    Family(int pid) {
        this.pid = pid;
    }

    /** Tasks that the process had before anything was seen. */
    void had(Set<Integer> tids) {
        own.addAll(tids);
    }

    /** Whether a task of the process made this call. */
    boolean made(CloneCall call) {
        int caller = call.parentTid();
        boolean known = own.contains(caller) || foreign.contains(caller);
        // Unknown is a task whose own beginning was lost.
        if (!known && Files.exists(Path.of("/proc/" + pid + "/task/" + caller))) {
            own.add(caller);
        }
        boolean ours = own.contains(caller);
        if (!ours && !known) {
            undecided++;
            foreign.add(caller);
        }
        (ours && call.has(CloneFlag.CLONE_THREAD) ? own : foreign).add(call.childTid());
        return ours;
    }

    /** The tid may be another task's from now on. */
    void exited(int tid) {
        own.remove(tid);
        foreign.remove(tid);
    }

    /** Calls of which it can't be told any more whose they were. */
    long undecided() {
        return undecided;
    }
}
