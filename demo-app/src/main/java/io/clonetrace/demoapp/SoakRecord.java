package io.clonetrace.demoapp;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the recording of a {@link Soak} has of its threads.
 *
 * @param starts their ThreadStart events
 * @param stacks their ThreadStack events of their own end
 * @param clones their Clone events
 * @param source the source that saw the clones
 * @param lost clones that this source says are missing
 * @param suppressed failures of the agent that the hook says it suppressed
 */
record SoakRecord(long starts, long stacks, long clones, String source, long lost, long suppressed) {
    /** The last status of a source: in a recording, events are not in the order of time. */
    private record Status(Instant at, long lost) {}

    static SoakRecord read(Path recording) throws IOException {
        long starts = 0;
        long stacks = 0;
        long clones = 0;
        Map<String, Status> statuses = new HashMap<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                switch (event.getEventType().getName()) {
                    case "clonetrace.ThreadStart" -> starts += is(event, "childName", Soak.PREFIX);
                    case "clonetrace.Clone" -> clones += is(event, "childName", Soak.PREFIX);
                    case "clonetrace.ThreadStack" ->
                        stacks += is(event, "name", Soak.PREFIX) * is(event, "moment", "end");
                    case "clonetrace.SourceStatus" ->
                        statuses.merge(
                                event.getString("source"),
                                new Status(event.getEndTime(), event.getLong("lost")),
                                (one, other) -> one.at().isAfter(other.at()) ? one : other);
                    default -> {}
                }
            }
        }
        Status hook = statuses.remove("hook");
        // What snapshots of stacks missed is no clone.
        statuses.remove("stacks");
        String source = String.join(", ", statuses.keySet());
        long lost = statuses.values().stream().mapToLong(Status::lost).sum();
        return new SoakRecord(starts, stacks, clones, source, lost, hook == null ? -1 : hook.lost());
    }

    private static int is(RecordedEvent event, String field, String prefix) {
        String value = event.getString(field);
        return value != null && value.startsWith(prefix) ? 1 : 0;
    }
}
