package io.clonetrace.agent.recording;

import io.clonetrace.agent.host.Console;
import io.clonetrace.event.Recorder;
import io.clonetrace.event.SourceState;
import io.clonetrace.event.SourceStatusEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of each source: an event at every change, and all of it again for each recording that ends. Confined to
 * one thread.
 */
public final class StatusLog {
    private final Map<String, Status> statuses = new LinkedHashMap<>();

    /**
     * The state of one source.
     *
     * @param lost clone calls known to be missing; -1 if that can't be known
     */
    public record Status(String source, SourceState state, String reason, long seen, long lost) {}

    /** Something became different: it is an event now. */
    public void change(Status status) {
        update(status);
        commit(status);
    }

    /** Only the numbers are newer: they are an event when the recording ends. */
    public void update(Status status) {
        statuses.put(status.source(), status);
    }

    /** As far as they are known now. */
    public List<Status> all() {
        return List.copyOf(statuses.values());
    }

    public void commitAll() {
        statuses.values().forEach(StatusLog::commit);
    }

    /** The recording ends before the agent's thread could commit what it knows. May be called by any thread. */
    public static void flushTimedOut() {
        commit(new Status(
                "hook", SourceState.LOST, "the recording ended before all that was seen could be committed", -1, -1));
    }

    /** What was to be committed at a recording's end is not all there. May be called by any thread; never throws. */
    public static void flushFailed(Throwable failure) {
        try {
            commit(new Status("hook", SourceState.LOST, "the end could not be recorded whole: " + failure, -1, -1));
        } catch (RuntimeException | Error unsaid) {
            Console.failed("the end could not be recorded whole", failure);
        }
    }

    /** The JVM ends before the source was there. May be called by any thread. */
    public static void jvmEndedDuringStart(String source) {
        commit(new Status(source, SourceState.REFUSED, "the JVM ended before it had started", 0, -1));
    }

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
