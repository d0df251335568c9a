package io.clonetrace.demo;

import io.clonetrace.demo.CloneWay.RefusedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that only /proc, waitpid(2) or a word in memory shows. */
final class Waiting {
    /** Far more than a task needs to start and to end, also under strace. */
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private Waiting() {}

    /** A condition that no monitor guards. */
    interface Condition {
        boolean holds() throws RefusedException;
    }

    /**
     * Whether the condition came true before the deadline. An interrupt is left for others: a child that runs must be
     * waited for.
     */
    static boolean until(Condition condition) throws RefusedException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }
}
