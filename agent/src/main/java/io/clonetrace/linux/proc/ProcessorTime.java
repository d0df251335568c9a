package io.clonetrace.linux.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The processor time that a process or a thread has used, by which to tell that it makes progress.
 *
 * @param folder its folder in /proc
 */
public record ProcessorTime(Path folder) implements LongSupplier {
    /** Where it can't be read. */
    public static final long UNKNOWN = -1;

    private static final int STATE = 3; // the fields' numbers in proc_pid_stat(5)
    private static final int USER_TIME = 14;
    private static final int SYSTEM_TIME = 15;

    /** In clock ticks; {@link #UNKNOWN} if it can't be read, also for want of memory. */
    @Override
    public long getAsLong() {
        try {
            String stat = PseudoFile.bounded(folder.resolve("stat"));
            // The name, the second field, is in parentheses and may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[USER_TIME - STATE]) + Long.parseLong(fields[SYSTEM_TIME - STATE]);
        } catch (IOException | RuntimeException | Error unreadable) {
            return UNKNOWN;
        }
    }
}
