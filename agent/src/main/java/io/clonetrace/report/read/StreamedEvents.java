package io.clonetrace.report.read;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.read.JfrEvent.JfrType;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;

/** Events as a stream of the JDK delivers them, for the model. Not thread-safe. */
public final class StreamedEvents {
    private static final int MOST_TYPES = 1_000;

    private final StackTraces traces = new StackTraces();
    private final Map<EventType, JfrType> types = new HashMap<>();

    /** The event; valid until the stream delivers the next one. */
    public Event of(RecordedEvent event) {
        // Each chunk has types of its own.
        if (types.size() > MOST_TYPES) {
            types.clear();
        }
        return new JfrEvent(event, types.computeIfAbsent(event.getEventType(), JfrType::of), traces);
    }
}
