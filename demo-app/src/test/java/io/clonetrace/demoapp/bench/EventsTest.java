package io.clonetrace.demoapp.bench;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.demoapp.bench.events.StackEvents;
import io.clonetrace.demoapp.bench.events.StartEvents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
    private static final int THREADS = 37;

    @TempDir
    private Path folder;

    @Test
    void eachStartHasAnEventOfItsCreatorAndOneOfAnotherThreadAndOneAtItsEnd() throws Exception {
        List<RecordedEvent> events = recorded(() -> {
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(StartEvents.withEnd(() -> {}), "started-" + i);
                StartEvents.start(thread);
                thread.join();
            }
            StartEvents.commitRest();
        });
        Set<String> all = IntStream.range(0, THREADS)
                .mapToObj(i -> "started-" + i)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(all, texts(events, "bench.ThreadStart", "childName"));
        assertEquals(all, texts(events, "bench.Clone", "childName"));
        assertEquals(all, texts(events, "bench.ThreadStack", "name"));
        Map<String, Long> counts =
                events.stream().collect(groupingBy(event -> event.getEventType().getName(), counting()));
        long each = THREADS;
        assertEquals(Map.of("bench.ThreadStart", each, "bench.Clone", each, "bench.ThreadStack", each), counts);
        assertTrue(
                named(events, "bench.ThreadStart").stream()
                        .allMatch(event -> event.getStackTrace().getFrames().stream()
                                .anyMatch(frame -> frame.getMethod().getName().contains("eachStart"))),
                "stack traces of the creator");
    }

    @Test
    void theEndOfAChunkHasAnEventForEachLiveThread() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            end.await();
                        } catch (InterruptedException ends) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "alive-" + i);
            names.add(thread.getName());
            thread.start();
        }
        Runnable noLonger = StackEvents.atEndOfChunks();
        try {
            List<RecordedEvent> events = recorded(() -> {});
            Set<String> seen = texts(events, "bench.ThreadStack", "name");
            seen.removeIf(name -> !name.startsWith("alive-"));
            assertEquals(names, seen);
        } finally {
            end.countDown();
            noLonger.run();
        }
    }

    /** What runs while it is recorded. */
    private interface Recorded {
        void run() throws Exception;
    }

    private List<RecordedEvent> recorded(Recorded what) throws Exception {
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            what.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("bench."))
                .toList();
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    private static Set<String> texts(List<RecordedEvent> events, String name, String field) {
        return named(events, name).stream()
                .map(event -> event.getString(field))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
