package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;

/** A thread that is made so that its clone shows how far the source has come. */
final class Marker {
    private int parentTid = CloneCall.UNKNOWN;
    private int childTid = CloneCall.UNKNOWN;
    private boolean seen;

    /** Waits for another one from now on. */
    void expect(int parent, int child) {
        parentTid = parent;
        childTid = child;
        seen = false;
    }

    void look(CloneCall call) {
        if (childTid == call.childTid() && parentTid == call.parentTid()) {
            seen = true;
        }
    }

    boolean isSeen() {
        return seen;
    }
}
