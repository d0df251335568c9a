package io.clonetrace.agent.recording;

import io.clonetrace.agent.host.Console;
import io.clonetrace.event.Recorder;
import io.clonetrace.event.SourceState;
import io.clonetrace.event.SourceStatusEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The status of each source: an event at every change, and all of them again for each recording that ends. Confined to
 * the session's thread, but for the static methods.
 */
public final class StatusLog {
    private final Map<String, Status> statuses = new LinkedHashMap<>();

    /**
     * The state of one source.
     *
     * @param lost clone calls known to be missing; -1 if that can't be known
     */
    public record Status(String source, SourceState state, String reason, long seen, long lost) {}

    /** Notes a change, and commits it as an event. */
    public void change(Status status) {
        update(status);
        commit(status);
    }

    /** Notes newer numbers; they become an event when a recording ends. */
    public void update(Status status) {
        statuses.put(status.source(), status);
    }

    /** All that are known now. */
    public List<Status> all() {
        return List.copyOf(statuses.values());
    }

    /** Commits all again: a recording ends. */
    public void commitAll() {
        statuses.values().forEach(StatusLog::commit);
    }

    /** Commits that a recording ended before the session's thread had committed what it knew. For any thread. */
    public static void flushTimedOut() {
        commit(new Status(
                "hook", SourceState.LOST, "the recording ended before all that was seen could be committed", -1, -1));
    }

    /** Commits that what belongs to a recording's end is incomplete. For any thread; never throws. */
    public static void flushFailed(Throwable failure) {
        try {
            commit(new Status("hook", SourceState.LOST, "the end could not be recorded whole: " + failure, -1, -1));
        } catch (RuntimeException | Error unsaid) {
            Console.failed("the end could not be recorded whole", failure);
        }
    }

    /** Commits that the JVM ended before the source had started. For any thread. */
    public static void jvmEndedDuringStart(String source) {
        commit(new Status(source, SourceState.REFUSED, "the JVM ended before it had started", 0, -1));
    }

    /** Commits an event, if that is possible now. For any thread. */
    public static void commit(Status status) {
        if (!Recorder.isReady()) {
            return;
        }
        SourceStatusEvent event = new SourceStatusEvent();
        event.source = status.source();
        event.state = status.state().label();
        event.reason = status.reason();
        event.seen = status.seen();
        event.lost = status.lost();
        event.commit();
    }
}
