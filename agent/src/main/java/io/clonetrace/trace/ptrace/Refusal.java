package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import java.nio.file.Path;

/** Says why the kernel lets nobody of us trace a process: ptrace(2), "Ptrace access mode checking", has the rules. */
final class Refusal {
    private Refusal() {}

    static SourceRefusedException of(int pid, ProcessStatus task, LinuxException refused) {
        return task.tracer() == 0
                ? new SourceRefusedException(refused.getMessage() + "; " + rule(pid, task), refused)
                : traced(pid);
    }

    /** Of a process that somebody traces. */
    static SourceRefusedException traced(int pid) {
        return new SourceRefusedException(Tracer.of(Path.of("/proc/" + pid))
                        .map(tracer -> tracer.name() + " (pid " + tracer.pid() + ")")
                        .orElse("somebody")
                + " traces process " + pid + " already, and a process has one tracer at a time");
    }

    private static String rule(int pid, ProcessStatus task) {
        long self = ProcessStatus.of(ProcessHandle.current().pid())
                .map(ProcessStatus::user)
                .orElse(-1L);
        if (self != 0 && self != task.user()) {
            return "process " + pid + " belongs to user " + task.user() + ": run as that user or as root";
        }
        return Yama.of(Path.of("/proc"))
                .rule()
                .orElse("process " + pid + " is not dumpable, or has more capabilities than this one, or a seccomp"
                        + " filter (such as a container's) refuses ptrace");
    }
}
