package io.clonetrace.agent.source;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.SourceKind;

/**
 * Passes a source's records on: clones and exits to the correlator, the source's name to the log. Recognizes the clone
 * of the marker, a thread made so that its clone shows how far the source has read. Confined to the agent's own thread.
 */
final class SourceRecords implements CloneSink {
    private final Correlator correlator;
    private final CloneLog clones;
    private int markerParent = CloneCall.UNKNOWN;
    private int markerChild = CloneCall.UNKNOWN;
    private boolean markerSeen;

    SourceRecords(Correlator correlator, CloneLog clones) {
        this.correlator = correlator;
        this.clones = clones;
        correlator.onRecognized(clones::seen);
    }

    @Override
    public void cloned(CloneCall call) {
        if (markerChild == call.childTid() && markerParent == call.parentTid() && !call.failed()) {
            markerSeen = true;
        }
        if (correlator.cloned(call)) {
            clones.seen(call);
        }
    }

    @Override
    public void exited(int tid) {
        correlator.exited(tid);
    }

    @Override
    public void source(String name) {
        clones.source(name);
        clones.seesRefused(
                SourceKind.named(name).filter(SourceKind::seesRefusedCalls).isPresent());
    }

    /** Makes {@link #markerSeen} report on this clone. */
    void expectMarker(int parentTid, int childTid) {
        markerParent = parentTid;
        markerChild = childTid;
        markerSeen = false;
    }

    /** Whether the clone of the last marker was seen. */
    boolean markerSeen() {
        return markerSeen;
    }
}
