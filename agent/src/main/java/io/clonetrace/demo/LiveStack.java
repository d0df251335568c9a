package io.clonetrace.demo;

import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The stack of a thread that waits for us, as /proc/self shows it. */
final class LiveStack {
    /** A thread that is on its way into the wait has no stack pointer to be read yet. */
    private static final int TRIES = 50;

    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private LiveStack() {}

    /** Empty if /proc doesn't tell. */
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
}
