package io.clonetrace.linux.proc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process, distinguished by its start time from a later one with the same pid (proc_pid_stat(5)).
 *
 * @param pid its pid
 * @param ticks its start time in clock ticks since boot
 */
public record ProcessStart(long pid, String ticks) {
    private static final int STATE = 3; // the fields' numbers
    private static final int START_TIME = 22;

    /** The process with that pid; empty if there is none. */
    public static Optional<ProcessStart> of(long pid) {
        return fields(pid).map(fields -> new ProcessStart(pid, fields[START_TIME - STATE]));
    }

    /** Whether it is still running; a zombie is not. */
    public boolean isRunning() {
        return fields(pid)
                .filter(fields -> fields[START_TIME - STATE].equals(ticks))
                .filter(fields -> !fields[0].equals("Z") || otherThreads())
                .isPresent();
    }

    /** A process whose first thread has ended looks like a zombie. */
    private boolean otherThreads() {
        String[] tids = new File("/proc/" + pid + "/task").list();
        return tids != null && tids.length > 1;
    }

    private static Optional<String[]> fields(long pid) {
        try {
            String stat = PseudoFile.bounded(Path.of("/proc/" + pid + "/stat"));
            // The name, the second field, is in parentheses and may hold anything.
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
