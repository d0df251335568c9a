package io.clonetrace.linux.proc;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    private static final String PROCESS = "Tgid:";

    /** The process of that pid; empty if there is none. */
    public static Optional<ProcessStart> of(long pid) {
        return fields(pid).map(fields -> new ProcessStart(pid, fields[START_TIME - STATE]));
    }

    /** The pid of the process that the task belongs to; empty if there is no such task. */
    public static Optional<Integer> processOf(int tid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + tid + "/status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(PROCESS)) {
                    return Optional.of(
                            Integer.parseInt(line.substring(PROCESS.length()).trim()));
                }
            }
        } catch (IOException gone) {
            return Optional.empty();
        }
        return Optional.empty();
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
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The name, the second field, is in parentheses and may hold anything.
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
