package io.clonetrace.report.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    @Test
    void valuesAreThoseOfTheJdksParser() throws IOException {
        List<RecordedEvent> truth = RecordingFile.readAllEvents(file);
        Comparison comparison = new Comparison(truth, "jdk.ClassLoad");
        ChunkParser parser = read(comparison);
        assertEquals(truth.size(), comparison.compared());
        assertEquals(truth.size(), parser.events());
        assertTrue(parser.isSound(), parser::damage);
        Map<String, Integer> types = new HashMap<>();
        truth.forEach(event -> types.merge(event.getEventType().getName(), 1, Integer::sum));
        assertEquals(13, types.get("clonetrace.ThreadStart"), types::toString);
        assertTrue(types.size() > 12, types::toString);
    }
}
