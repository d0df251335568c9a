package io.clonetrace.demo;

import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What /proc shows of a live task of this process: its tid, its stack, and conditions to wait for. */
final class LiveTask {
    /** Far more than a task needs to start and to end, also under strace. */
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** A thread that is on its way into the wait has no stack pointer to be read yet. */
    private static final int TRIES = 50;

    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final Path LINK = Path.of("/proc/thread-self");

    private LiveTask() {}

    /** A condition that no monitor guards. */
    interface Condition {
        boolean holds() throws RefusedException;
    }

    /**
     * Whether the condition came true before the deadline. An interrupt is left for others: a child that runs must be
     * waited for.
     */
    static boolean await(Condition condition) throws RefusedException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    /** The stack of a thread that waits; empty if /proc does not show it. */
    static Optional<StackMeasure> measure(ThreadToMeasure thread) {
        StackSnapshot snapshot = StackSnapshot.ofSelf();
        try {
            for (int tries = 0; tries < TRIES; tries++) {
                List<StackMeasure> measures = snapshot.measure(List.of(thread));
                if (!measures.isEmpty() && measures.get(0).reserved() != StackMeasure.UNKNOWN) {
                    return Optional.of(measures.get(0));
                }
                LockSupport.parkNanos(MOMENT_NANOS);
            }
        } catch (IOException hidden) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /**
     * The tid of the calling thread, without native code; {@link StackMeasure#UNKNOWN} without /proc (proc(5), since
     * Linux 3.17).
     */
    static int ownTid() {
        try {
            return Integer.parseInt(Files.readSymbolicLink(LINK).getFileName().toString());
        } catch (IOException noProc) {
            return (int) StackMeasure.UNKNOWN;
        }
    }
}
