package io.clonetrace.linux.proc;

import java.io.IOException;
import java.nio.file.Path;

/**
 * How long to wait for a thread or process that may be slow because the machine is: it is given up when it has made no
 * progress for a while, not when it takes long. A wait that follows a progress which leads nowhere has an end too. Not
 * thread-safe.
 *
 * <p>The while without progress is counted in checks, not by the clock: where a container has used up its share of the
 * processors, the one that waits stands still as well.
 */
public final class Patience {
    /** How many times longer the wait takes at most while there is progress. */
    private static final int LONGER = 10;

    private static final int STATE = 3; // the fields' numbers in proc_pid_stat(5)
    private static final int USER_TIME = 14;
    private static final int SYSTEM_TIME = 15;

    private final long checks;
    private final Path folder;
    private final long end;
    private long idle;
    private long before;

    /**
     * Begins to wait.
     *
     * @param nanos how long to wait while there is no progress
     * @param pauseNanos how long the caller pauses between two checks
     * @param folder the folder in /proc of the process or thread waited for, whose progress is the processor time that
     *     it uses
     */
    public Patience(long nanos, long pauseNanos, Path folder) {
        checks = nanos / pauseNanos;
        this.folder = folder;
        end = System.nanoTime() + LONGER * nanos;
        before = ticks();
    }

    /** Whether to give up; called after each pause. */
    public boolean isOver() {
        long now = ticks();
        idle = now == before ? idle + 1 : 0;
        before = now;
        return idle >= checks || System.nanoTime() - end >= 0;
    }

    /** The processor time in clock ticks; -1 if it can't be read, also for want of memory: the wait goes on. */
    private long ticks() {
        try {
            String stat = PseudoFile.bounded(folder.resolve("stat"));
            // The name, the second field, is in parentheses and may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[USER_TIME - STATE]) + Long.parseLong(fields[SYSTEM_TIME - STATE]);
        } catch (IOException | RuntimeException | Error unreadable) {
            return -1;
        }
    }
}
