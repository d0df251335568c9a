package io.clonetrace.report.model;

import static io.clonetrace.report.Recordings.jvm;
import static io.clonetrace.report.Recordings.status;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.event.VirtualThreadsEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetBuilderTest {
    @Test
    void latestStatusOfEachSourceCounts() throws IOException {
        Jvm jvm = jvm(() -> {
            status("strace", "refused", "no strace", 0, -1);
            status("ptrace", "active", null, 1, 0);
            status("ptrace", "lost", "the tracer ended", 7, 2);
        });
        List<String> states = new ArrayList<>();
        jvm.sources()
                .forEach(source -> states.add(source.source() + " " + source.state() + " " + source.reason() + " "
                        + source.seen() + " " + source.lost()));
        states.sort(null);
        assertEquals(List.of("ptrace lost the tracer ended 7 2", "strace refused no strace 0 -1"), states);
    }

    @Test
    void virtualThreadsAreCountedOnceThoughEachChunkHasTheCount() throws IOException {
        Jvm jvm = jvm(() -> {
            for (long started : new long[] {3, 5}) {
                VirtualThreadsEvent event = new VirtualThreadsEvent();
                event.started = started;
                event.commit();
            }
        });
        assertEquals(5, jvm.counters().virtualThreads());
        assertEquals(ProcessHandle.current().pid(), jvm.name().pid());
    }
}
