package io.clonetrace.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that traces a task by ptrace(2): a task has one tracer at a time.
 *
 * @param pid the tracer's pid
 * @param name its name in /proc
 */
public record Tracer(long pid, String name) {
    private static final String TRACER = "TracerPid:";
    private static final String PROCESS = "Tgid:";

    /**
     * Who traces this process, by the TracerPid in /proc/self/status (proc(5)); empty if nobody does, or nobody of this
     * pid namespace.
     */
    public static Optional<Tracer> ofThisProcess() {
        return of(Path.of("/proc/self"));
    }

    /** Who traces the task of that /proc folder. */
    public static Optional<Tracer> of(Path task) {
        return number(task, TRACER)
                .filter(tid -> tid != 0)
                // What the kernel calls TracerPid is the tid of the tracing thread.
                .map(tid -> number(Path.of("/proc/" + tid), PROCESS).orElse(tid))
                .map(pid -> new Tracer(pid, nameOf(pid)));
    }

    private static Optional<Long> number(Path task, String field) {
        // Latin-1: the status holds the task's name, which may be any bytes.
        try {
            for (String line : Files.readAllLines(task.resolve("status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(field)) {
                    return Optional.of(
                            Long.parseLong(line.substring(field.length()).trim()));
                }
            }
        } catch (IOException gone) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static String nameOf(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm"), StandardCharsets.ISO_8859_1)
                    .trim();
        } catch (IOException gone) {
            return "?";
        }
    }
}
