package io.clonetrace.trace.tracefs;

import static io.clonetrace.clone.CloneCall.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.StraceLine;
import io.clonetrace.trace.wire.StraceParser;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clone of which the system call isn't known, from the process that saw it to the JVM. */
class NewTaskLineTest {
    @ParameterizedTest
    @ValueSource(longs = {0x3d0f00, 0x4100, 0, 0x8000000000L})
    void writtenLineIsReadBack(long flags) {
        CloneCall call = CloneCall.builder(null, 41)
                .made(43)
                .flags(flags)
                .observedAt(1_700_000_000_123_456_789L)
                .build();
        List<CloneCall> read = new ArrayList<>();
        CloneSink sink = new CloneSink() {
            @Override
            public void cloned(CloneCall seen) {
                read.add(seen);
            }

            @Override
            public void exited(int tid) {}
        };
        StraceParser parser = new StraceParser(sink, UNKNOWN, ZonedDateTime::now);
        byte[] line = (StraceLine.precise(call) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        parser.feed(line, 0, line.length);
        parser.end();
        // The trace does not say beforehand that no frames follow.
        assertEquals(List.of(call), List.of(read.get(0).from(null)));
    }
}
