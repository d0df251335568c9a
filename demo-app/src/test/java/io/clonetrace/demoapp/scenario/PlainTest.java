package io.clonetrace.demoapp.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the threads are shared out among creators, as jdk.ThreadStart names each thread's parent. */
class PlainTest {

    @ParameterizedTest
    @CsvSource({"13, 1", "13, 2", "13, 5", "13, 7", "12, 7", "1, 1", "2, 2", "1009, 3"})
    void creatorsStartExactlyTheRequestedThreads(int threads, int creators) throws Exception {
        Tally tally = new Tally("plain");
        FlightRecording seen = FlightRecording.of(new Plain(), tally, new Settings(threads, creators, 1));
        List<RecordedEvent> starts = seen.of("jdk.ThreadStart").stream()
                .filter(event ->
                        String.valueOf(event.getThread("thread").getJavaName()).startsWith("plain-"))
                .toList();
        Set<String> parents = starts.stream()
                .map(event -> event.getThread("parentThread").getJavaName())
                .collect(Collectors.toSet());
        assertEquals(threads, starts.size());
        assertEquals(threads, tally.threads());
        assertEquals(creators, parents.size(), parents.toString());
        assertTrue(parents.contains(Thread.currentThread().getName()), parents.toString());
    }
}
