package io.clonetrace.report;

import static io.clonetrace.report.Recordings.status;
import static io.clonetrace.report.Recordings.summary;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.event.VirtualThreadsEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingSummaryTest {
    @Test
    void ofEachSourceTheLatestStateCounts() throws IOException {
        RecordingSummary summary = summary(() -> {
            status("strace", "refused", "no strace", 0, -1);
            status("ptrace", "active", null, 1, 0);
            status("ptrace", "lost", "the tracer ended", 7, 2);
        });
        List<String> states = new ArrayList<>();
        summary.sources()
                .forEach(source -> states.add(source.source() + " " + source.state() + " " + source.reason() + " "
                        + source.seen() + " " + source.lost()));
        states.sort(null);
        assertEquals(List.of("ptrace lost the tracer ended 7 2", "strace refused no strace 0 -1"), states);
    }

    @Test
    void virtualThreadsAreCountedOnceThoughEachChunkTellsThem() throws IOException {
        RecordingSummary summary = summary(() -> {
            for (long started : new long[] {3, 5}) {
                VirtualThreadsEvent event = new VirtualThreadsEvent();
                event.started = started;
                event.commit();
            }
        });
        assertEquals(5, summary.virtualThreads());
        assertEquals(0, summary.threadStarts());
        assertEquals(ProcessHandle.current().pid(), summary.jvmPid());
    }
}
