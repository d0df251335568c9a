package io.clonetrace.trace.tracefs;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Separates the tasks of one process from those of its descendants: event-fork follows both. */
final class Family {
    private final int pid;
    private final Set<Integer> own = new HashSet<>();
    private final Set<Integer> foreign = new HashSet<>();
    private long undecided;

    Family(int pid) {
        this.pid = pid;
    }

    /** Adds the tasks that the process had before tracing began. */
    void had(Set<Integer> tids) {
        own.addAll(tids);
    }

    /** Whether a task of the process made this call. */
    boolean made(CloneCall call) {
        int caller = call.parentTid();
        boolean known = own.contains(caller) || foreign.contains(caller);
        // A task is unknown if the clone that made it was lost.
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

    /** A task ended; its tid may be reused. */
    void exited(int tid) {
        own.remove(tid);
        foreign.remove(tid);
    }

    /** How many calls can't be attributed to a process any more. */
    long undecided() {
        return undecided;
    }
}
