package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.ptrace.PtraceTracer;

/** An event seen by {@link PtraceTracer}. */
public sealed interface TaskEvent {
    /** When the tracer saw it, nanoseconds since the epoch. */
    long observedAt();

    /** A traced task made another. */
    record Cloned(CloneCall call) implements TaskEvent {
        @Override
        public long observedAt() {
            return call.observedAt();
        }
    }

    /** A traced task ended; its tid may be reused. */
    record Ended(int tid, WaitStatus status, long observedAt) implements TaskEvent {}

    /** A task ended; how is not known. */
    record Gone(int tid, long observedAt) implements TaskEvent {}

    /**
     * A thread that is not its process's leader executed a program: all other threads are gone, and it continues under
     * the leader's tid.
     *
     * @param tid the leader's tid
     * @param by the thread's former tid, which may be reused
     */
    record Superseded(int tid, int by, long observedAt) implements TaskEvent {}
}
