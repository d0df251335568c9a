package io.clonetrace.agent;

import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.agent.source.Observation;
import io.clonetrace.agent.starts.Hooks;

/**
 * What is committed when a recording ends, or a part of it, so that it is still in it. Confined to the session's
 * thread.
 */
final class RecordingEnds {
    private final Hooks hooks;
    private final JfrState jfr;
    private final StatusLog statuses;
    private final ShutdownHook exit;
    private Observation observation;
    private SessionParts parts;

    RecordingEnds(Hooks hooks, JfrState jfr, StatusLog statuses, ShutdownHook exit) {
        this.hooks = hooks;
        this.jfr = jfr;
        this.statuses = statuses;
        this.exit = exit;
    }

    /** From now on there is something to commit. */
    void of(Observation observation, SessionParts parts) {
        this.observation = observation;
        this.parts = parts;
    }

    /**
     * Commits what is known, and lets whoever waits go on.
     *
     * @param end null if no recording ends
     */
    void finish(Ending end) {
        if (end == null) {
            return;
        }
        if (observation == null) {
            // Our own recording begins while another is on: a piece of that one ends, and there is nothing yet to
            // commit.
            end.done().countDown();
            return;
        }
        try {
            if (end.last()) {
                finishLast();
            } else {
                observation.chunkEnds();
                commitCounts(false);
            }
        } catch (RuntimeException | Error failure) {
            hooks.suppressed().add(failure);
            StatusLog.broken(failure);
        } finally {
            end.done().countDown();
        }
        if (end.last()) {
            // While JFR writes the recording.
            endSource();
        }
    }

    /** To measure thousands of stacks takes a while, in which the application's shutdown hooks may start threads. */
    private void finishLast() {
        long before = hooks.seen();
        int markers = observation.end();
        commitCounts(true);
        jfr.endThreadStarts();
        hooks.awaitRecorded();
        if (hooks.seen() > before + markers) {
            observation.end();
            hooks.report(true, statuses);
            statuses.commitAll();
        }
        hooks.handTo(null);
    }

    /** Nothing more is to be observed: the JVM ends. */
    void endSource() {
        try {
            observation.stop();
        } catch (RuntimeException | Error failure) {
            hooks.suppressed().add(failure);
        } finally {
            exit.released();
        }
    }

    /** Commits what the hooks, the sources and the parts have counted or measure now. */
    void commitCounts(boolean last) {
        hooks.recordingEnds(last, statuses);
        statuses.commitAll();
        parts.recordingEnds(last);
    }
}
