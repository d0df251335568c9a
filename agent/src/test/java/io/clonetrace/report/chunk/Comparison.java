package io.clonetrace.report.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.read.StreamedEvents;
import java.util.List;
import java.util.Set;
import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;

/** Compares the events of a chunk with those of JFR's parser. */
public final class Comparison implements ChunkSink {
    private final List<RecordedEvent> truth;
    private final Set<String> unwanted;
    private final StreamedEvents streamed = new StreamedEvents();
    /** The model keeps events until it knows of which JVM they are. */
    private RecordedEvent before;

    private Event kept;
    private int next;

    /**
     * Compares with these events.
     *
     * @param unwanted the types of which only name and end are compared
     */
    public Comparison(List<RecordedEvent> truth, String... unwanted) {
        this.truth = truth;
        this.unwanted = Set.of(unwanted);
    }

    /** How many events were compared. */
    public int compared() {
        return next;
    }

    @Override
    public boolean wants(String type) {
        return !unwanted.contains(type);
    }

    @Override
    public void event(Event event, long end) {
        RecordedEvent recorded = truth.get(next++);
        assertSame(recorded, streamed.of(recorded), event);
        assertEquals(nanos(recorded), end);
        if (before != null) {
            assertSame(before, streamed.of(before), kept);
        }
        before = recorded;
        kept = event.kept();
    }

    @Override
    public void other(String type, long end) {
        RecordedEvent recorded = truth.get(next++);
        assertEquals(recorded.getEventType().getName(), type);
        assertEquals(nanos(recorded), end);
    }

    private static long nanos(RecordedEvent event) {
        return event.getEndTime().getEpochSecond() * 1_000_000_000
                + event.getEndTime().getNano();
    }

    private static void assertSame(RecordedEvent recorded, Event expected, Event event) {
        assertEquals(expected.type(), event.type());
        assertEquals(expected.start(), event.start());
        assertEquals(expected.eventThread(), event.eventThread());
        assertEquals(expected.stackTrace(), event.stackTrace());
        for (ValueDescriptor field : recorded.getFields()) {
            String name = field.getName();
            if (name.equals("startTime") || name.equals("duration")) {
                continue;
            }
            String where = event.type() + "." + name;
            assertEquals(expected.text(name), event.text(name), where);
            assertEquals(expected.number(name), event.number(name), where);
            assertEquals(expected.thread(name), event.thread(name), where);
            assertEquals(expected.className(name), event.className(name), where);
            if (field.getAnnotation(Timestamp.class) != null && field.getAnnotation(Timespan.class) == null) {
                assertEquals(expected.time(name), event.time(name), where);
            }
        }
        assertEquals(Event.ABSENT, event.number("no such field"));
    }
}
