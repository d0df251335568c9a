package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.trace.CloneSink;
import java.util.HashMap;
import java.util.Map;

/** The descendants of a command that still run, checked in /proc because not every source sees ends. */
final class LivingProcesses implements CloneSink {
    private static final int MANY = 1_024;

    private final CloneSink next;
    private final Map<Integer, ProcessStart> processes = new HashMap<>();
    private int limit = MANY;

    /** @param next receives every record that this one receives */
    LivingProcesses(CloneSink next) {
        this.next = next;
    }

    @Override
    public void cloned(CloneCall call) {
        if (!call.failed() && !call.has(CloneFlag.CLONE_THREAD)) {
            ProcessStart.of(call.childTid()).ifPresent(process -> processes.put(call.childTid(), process));
            if (processes.size() > limit) {
                forgetTheEnded();
                limit = Math.max(MANY, 2 * processes.size());
            }
        }
        next.cloned(call);
    }

    @Override
    public void exited(int tid) {
        next.exited(tid);
    }

    @Override
    public void source(String name) {
        next.source(name);
    }

    /** Whether any still runs. */
    boolean any() {
        forgetTheEnded();
        return !processes.isEmpty();
    }

    private void forgetTheEnded() {
        processes.values().removeIf(process -> !process.isRunning());
    }
}
