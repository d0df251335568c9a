package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.RemoteMemory;
import io.clonetrace.trace.SourceRefusedException;

/** Whether this process may trace another, found out without doing it. */
public final class TracePermission {
    private TracePermission() {}

    /**
     * Asks the kernel.
     *
     * @throws SourceRefusedException if it says no, with the same reason as a tracer's
     */
    public static void check(int pid) throws SourceRefusedException {
        ProcessStatus task =
                ProcessStatus.of(pid).orElseThrow(() -> new SourceRefusedException("there is no process " + pid));
        try {
            RemoteMemory.demandRights(pid);
        } catch (LinuxException refused) {
            throw Refusal.of(pid, task, refused);
        }
        if (task.tracer() != 0) {
            throw Refusal.traced(pid);
        }
    }
}
