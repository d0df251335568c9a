package io.clonetrace.trace;

import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that traces a task by ptrace(2): a task has one tracer at a time.
 *
 * @param pid the tracer's pid
 * @param name its name in /proc
 */
public record Tracer(long pid, String name) {
    /**
     * The tracer of this process, by the TracerPid in /proc/self/status (proc(5)); empty if there is none, or none in
     * this pid namespace.
     */
    public static Optional<Tracer> ofThisProcess() {
        return of(Path.of("/proc/self"));
    }

    /** The tracer of the task with that /proc folder. */
    public static Optional<Tracer> of(Path task) {
        return ProcessStatus.of(task)
                .map(ProcessStatus::tracer)
                .filter(tid -> tid != 0)
                // What the kernel calls TracerPid is the tid of the tracing thread.
                .map(tid -> ProcessStatus.of(tid).map(ProcessStatus::process).orElse(tid))
                .map(pid -> new Tracer(pid, nameOf(pid)));
    }

    private static String nameOf(long pid) {
        try {
            return PseudoFile.of(Path.of("/proc/" + pid + "/comm"));
        } catch (IOException gone) {
            return "?";
        }
    }
}
