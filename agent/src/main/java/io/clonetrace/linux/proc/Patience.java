package io.clonetrace.linux.proc;

import java.nio.file.Path;
import java.util.function.LongSupplier;

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
    public static final int LONGER = 10;

    private final long checks;
    private final LongSupplier progress;
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
        this(nanos, pauseNanos, new ProcessorTime(folder));
    }

    /**
     * Begins to wait.
     *
     * @param nanos how long to wait while there is no progress
     * @param pauseNanos how long the caller pauses between two checks
     * @param progress a number that differs from the last one if there was progress
     */
    public Patience(long nanos, long pauseNanos, LongSupplier progress) {
        checks = nanos / pauseNanos;
        this.progress = progress;
        end = System.nanoTime() + LONGER * nanos;
        before = progress.getAsLong();
    }

    /** Whether to give up; called after each pause. */
    public boolean isOver() {
        long now = progress.getAsLong();
        idle = now == before ? idle + 1 : 0;
        before = now;
        return isIdle() || System.nanoTime() - end >= 0;
    }

    /** Of a wait that is over: whether for want of progress. */
    public boolean isIdle() {
        return idle >= checks;
    }
}
