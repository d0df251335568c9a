package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;

/** Is shown each successful call of this process before its kind is decided. Called by the agent's own thread. */
public interface CallObserver {
    /** Takes in a call, in the kernel's order. */
    void saw(CloneCall call);

    /** Whether the call makes a bare task of the native clone demo. */
    boolean isDemo(CloneCall call);
}
