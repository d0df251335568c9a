package io.clonetrace.linux.proc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process, told from a later one that is given the same pid by when it started (proc(5), /proc/PID/stat).
 *
 * @param pid its pid
 * @param ticks its start, in the kernel's ticks
 */
public record ProcessStart(long pid, String ticks) {
    private static final int STATE = 3; // the fields' numbers
    private static final int START_TIME = 22;

    /** The process of that pid; empty if there is none. */
    public static Optional<ProcessStart> of(long pid) {
        return fields(pid).map(fields -> new ProcessStart(pid, fields[START_TIME - STATE]));
    }

    /** Whether it still runs: one that has ended, and whose parent doesn't ask how, does not. */
    public boolean isRunning() {
        return fields(pid)
                .filter(fields -> fields[START_TIME - STATE].equals(ticks))
                .filter(fields -> !fields[0].equals("Z") || otherThreads())
                .isPresent();
    }

    /** A process whose first thread has ended looks as if it had ended. */
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
