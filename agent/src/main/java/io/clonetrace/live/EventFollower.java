package io.clonetrace.live;

import io.clonetrace.report.read.StreamedEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import jdk.jfr.consumer.EventStream;

/** Follows the events that a JVM writes into its flight recorder's repository, about a second after they happen. */
public final class EventFollower implements AutoCloseable {
    private final EventStream stream;

    /**
     * Begins to follow it.
     *
     * @param repository the folder, as this process sees it
     * @param from events before are left out
     * @param into what takes the events
     * @param failure takes what ended the following early
     * @throws IOException if the folder can't be read
     */
    public EventFollower(Path repository, Instant from, Creations into, Consumer<Throwable> failure)
            throws IOException {
        stream = EventStream.openRepository(repository);
        stream.setStartTime(from);
        StreamedEvents events = new StreamedEvents();
        into.types().forEach(type -> stream.onEvent(type, event -> into.add(events.of(event))));
        stream.onError(failure);
        stream.startAsync();
    }

    @Override
    public void close() {
        stream.close();
    }
}
