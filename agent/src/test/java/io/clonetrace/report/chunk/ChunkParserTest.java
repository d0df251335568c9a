package io.clonetrace.report.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.read.StreamedEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each value of each event is what the JDK's own parser answers. */
class ChunkParserTest {
    private static final List<String> TYPES = List.of(
            "jdk.JVMInformation",
            "jdk.OSInformation",
            "jdk.InitialEnvironmentVariable",
            "jdk.ActiveSetting",
            "jdk.CPUInformation",
            "jdk.CPULoad",
            "jdk.GCConfiguration",
            "jdk.ThreadStart",
            "jdk.ThreadEnd",
            "jdk.ThreadPark",
            "jdk.ThreadAllocationStatistics",
            "jdk.ThreadCPULoad",
            "jdk.ThreadDump",
            "jdk.JavaThreadStatistics",
            "jdk.ClassLoad",
            "clonetrace.ThreadStart",
            "clonetrace.SourceStatus");

    private static Path file;

    @BeforeAll
    static void record() throws IOException {
        file = Recordings.file(TYPES, () -> {
            for (int i = 0; i < 13; i++) {
                Thread thread = new Thread(() -> {}, i % 2 == 0 ? "plain-" + i : "\u00e9\u4e2d-" + i);
                thread.start();
                thread.join();
                started(thread, i);
            }
            Recordings.status("ptrace", "stopped", null, Long.MAX_VALUE, Long.MIN_VALUE);
            Recordings.status("", null, "x".repeat(70_001), -1, 1L << 56);
        });
    }

    private static void started(Thread thread, int deeper) {
        if (deeper > 0) {
            started(thread, deeper - 1);
            return;
        }
        ThreadStartEvent event = new ThreadStartEvent();
        event.childName = thread.getName();
        event.childId = thread.getId();
        event.threadClass = thread.getClass();
        event.stackSize = 1 << 20;
        event.commit();
    }

    /** Reads the events of the file's only chunk. */
    private static ChunkParser read(ChunkSink sink) throws IOException {
        try (FileChannel content = FileChannel.open(file)) {
            ByteBuffer header = ByteBuffer.allocate(Chunk.HEADER);
            content.read(header, 0);
            assertEquals(content.size(), header.getLong(Chunk.SIZE_AT), "one chunk");
            ChunkParser parser = ChunkParser.of(content, Chunk.of(0, header, content.size(), true));
            parser.read(sink);
            return parser;
        }
    }

    /** Compares the events of a chunk with those of JFR's parser. */
    private static final class Comparison implements ChunkSink {
        private final List<RecordedEvent> truth;
        private final StreamedEvents streamed = new StreamedEvents();
        /** The model keeps events until it knows of which JVM they are. */
        private RecordedEvent before;

        private Event kept;
        private int next;

        Comparison(List<RecordedEvent> truth) {
            this.truth = truth;
        }

        @Override
        public boolean wants(String type) {
            return !type.equals("jdk.ClassLoad");
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

    @Test
    void valuesAreThoseOfTheJdksParser() throws IOException {
        List<RecordedEvent> truth = RecordingFile.readAllEvents(file);
        Comparison comparison = new Comparison(truth);
        ChunkParser parser = read(comparison);
        assertEquals(truth.size(), comparison.next);
        assertEquals(truth.size(), parser.events());
        assertTrue(parser.isSound(), parser::damage);
        Map<String, Integer> types = new HashMap<>();
        truth.forEach(event -> types.merge(event.getEventType().getName(), 1, Integer::sum));
        assertEquals(13, types.get("clonetrace.ThreadStart"), types::toString);
        assertTrue(types.size() > 12, types::toString);
    }
}
