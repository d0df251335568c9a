package io.clonetrace.it.truth;

import java.util.List;
import jdk.jfr.consumer.RecordedEvent;

/** The events of the threads that {@link io.clonetrace.it.host.Starter} started. */
public final class Started {
    private Started() {}

    public static List<RecordedEvent> of(List<RecordedEvent> events) {
        return events.stream()
                .filter(event -> event.getString("childName") != null)
                .filter(event -> event.getString("childName").startsWith("started-"))
                .toList();
    }

    public static int count(List<RecordedEvent> events) {
        return of(events).size();
    }
}
