package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.RemoteMemory;
import io.clonetrace.trace.PtraceDenial;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import java.nio.file.Path;

/** Whether this process may trace another, and if not, why (ptrace(2), "Ptrace access mode checking"). */
public final class TracePermission {
    private TracePermission() {}

    /**
     * Asks the kernel without tracing the process.
     *
     * @throws SourceRefusedException if this process may not trace it, with the reason that a tracer would report
     */
    public static void check(int pid) throws SourceRefusedException {
        ProcessStatus task =
                ProcessStatus.of(pid).orElseThrow(() -> new SourceRefusedException("there is no process " + pid));
        try {
            RemoteMemory.demandRights(pid);
        } catch (LinuxException refused) {
            throw refusal(pid, task, refused);
        }
        if (task.tracer() != 0) {
            throw traced(pid);
        }
    }

    /** Why the kernel did not let this process trace another. */
    static SourceRefusedException refusal(int pid, ProcessStatus task, LinuxException refused) {
        return task.tracer() == 0
                ? new SourceRefusedException(refused.getMessage() + "; " + PtraceDenial.reason(task), refused)
                : traced(pid);
    }

    private static SourceRefusedException traced(int pid) {
        return new SourceRefusedException(Tracer.of(Path.of("/proc/" + pid))
                        .map(tracer -> tracer.name() + " (pid " + tracer.pid() + ")")
                        .orElse("another process")
                + " traces process " + pid + " already, and a process has one tracer at a time");
    }
}
