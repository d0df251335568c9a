package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Says why the kernel lets nobody of us trace a process: ptrace(2), "Ptrace access mode checking", has the rules. */
final class Refusal {
    private static final Path YAMA = Path.of("/proc/sys/kernel/yama/ptrace_scope");

    private Refusal() {}

    static SourceRefusedException of(int pid, TaskStatus task, LinuxException refused) {
        return new SourceRefusedException(reason(pid, task, refused), refused);
    }

    private static String reason(int pid, TaskStatus task, LinuxException refused) {
        Optional<Tracer> holder = task.tracer() == 0 ? Optional.empty() : Tracer.of(Path.of("/proc/" + pid));
        if (task.tracer() != 0) {
            return holder.map(tracer -> tracer.name() + " (pid " + tracer.pid() + ")")
                            .orElse("somebody") + " traces process " + pid
                    + " already, and a process has one tracer at a time";
        }
        return refused.getMessage() + "; " + rule(pid, task);
    }

    private static String rule(int pid, TaskStatus task) {
        long self = TaskStatus.of((int) ProcessHandle.current().pid())
                .map(TaskStatus::user)
                .orElse(-1L);
        if (self != 0 && self != task.user()) {
            return "process " + pid + " belongs to user " + task.user() + ": run as that user or as root";
        }
        return switch (yama()) {
            case "1" -> "kernel.yama.ptrace_scope is 1: only root and ancestors may trace; run as root, or set it to 0";
            case "2" -> "kernel.yama.ptrace_scope is 2: run as root, or set it to 1";
            case "3" -> "kernel.yama.ptrace_scope is 3: nobody may trace until the machine starts anew";
            default ->
                "process " + pid + " is not dumpable, or has more capabilities than this one, or a seccomp filter"
                        + " (such as a container's) refuses ptrace";
        };
    }

    private static String yama() {
        try {
            return Files.readString(YAMA).trim();
        } catch (IOException noYama) {
            return "0";
        }
    }
}
