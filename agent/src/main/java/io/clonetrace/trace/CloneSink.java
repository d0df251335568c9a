package io.clonetrace.trace;

import io.clonetrace.clone.CloneCall;

/**
 * Where a {@link CloneSource} puts what it sees, in the kernel's order. Called by the one thread that polls the source.
 */
public interface CloneSink {
    /** A task called clone, clone3, fork or vfork. */
    void cloned(CloneCall call);

    /** A task ended; its tid may be reused. */
    void exited(int tid);

    /** The writer of the trace names the source that really saw the clones, in a header line {@code # source: NAME}. */
    default void source(String name) {}
}
