package io.clonetrace.it.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A recording's events, read by the JDK's parser. */
public record Recorded(List<RecordedEvent> all) {
    public static Recorded read(Path file) throws IOException {
        return new Recorded(RecordingFile.readAllEvents(file));
    }

    /** Only the events of that name; the recording may be larger than the heap. */
    public static Recorded of(Path file, String name) throws IOException {
        List<RecordedEvent> events = new ArrayList<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getEventType().getName().equals(name)) {
                    events.add(event);
                }
            }
        }
        return new Recorded(events);
    }

    public List<RecordedEvent> named(String name) {
        return all.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    /** The clones of that kind; null means those whose kind was not observed. */
    public List<RecordedEvent> clones(String kind) {
        return named("clonetrace.Clone").stream()
                .filter(event -> event.getString("error") == null && Objects.equals(event.getString("kind"), kind))
                .toList();
    }

    /** The last status of a source: events in a recording are not ordered by time. */
    public RecordedEvent status(String source) {
        return named("clonetrace.SourceStatus").stream()
                .filter(event -> event.getString("source").equals(source))
                .max(Comparator.comparing(RecordedEvent::getEndTime))
                .orElseThrow(() -> new AssertionError("no status of " + source));
    }
}
