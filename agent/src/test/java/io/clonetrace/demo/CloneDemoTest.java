package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.clonetrace.clone.CloneCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloneDemoTest {
    private static final List<String> WAYS =
            List.of("java thread", "virtual thread", "pthread_create", "clone", "clone3", "fork", "posix_spawn");

    @TempDir
    private Path directory;

    @Test
    void commitsAnEventForEachWayThatWasNotRefused() throws Exception {
        Path file = directory.resolve("demo.jfr");
        List<Comparison> comparisons;
        try (Recording recording = new Recording()) {
            recording.enable("clonetrace.CloneComparison");
            recording.start();
            comparisons = new CloneDemo(new CorrelatorWatcher(Optional::empty, Duration.ZERO, () -> 0)).run();
            recording.stop();
            recording.dump(file);
        }
        assertEquals(WAYS, comparisons.stream().map(Comparison::how).toList());
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertEquals(
                comparisons.stream()
                        .filter(one -> !(one.outcome() instanceof Outcome.Refused))
                        .map(Comparison::how)
                        .toList(),
                events.stream().map(event -> event.getString("how")).toList());
        for (RecordedEvent event : events) {
            assertNull(event.getString("syscall"));
            assertEquals(-1, event.getLong("flags"));
            assertNull(event.getString("flagNames"));
            assertNull(event.getString("missing"));
            assertEquals(-1, event.getLong("stackSize"));
            assertNull(event.getString("source"));
        }
    }

    @Test
    void eventCarriesWhatTheSourceSaw() throws Exception {
        Path file = directory.resolve("demo.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("clonetrace.CloneComparison");
            recording.start();
            new CloneDemo(new AllThree()).run();
            recording.stop();
            recording.dump(file);
        }
        RecordedEvent clone = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getString("how").equals("clone"))
                .findFirst()
                .orElseThrow();
        assertEquals("clone3", clone.getString("syscall"));
        assertEquals(0x10900, clone.getLong("flags"));
        assertEquals("CLONE_VM|CLONE_SIGHAND|CLONE_THREAD", clone.getString("flagNames"));
        assertEquals(
                "CLONE_FS|CLONE_FILES|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID",
                clone.getString("missing"));
        assertEquals("yes", clone.getString("sharesTls"));
        assertEquals(0xfff80, clone.getLong("stackSize"));
        assertEquals("made up", clone.getString("source"));
    }

    /** A source that sees three flags everywhere. */
    private static final class AllThree implements CloneWatcher {
        @Override
        public Optional<String> source() {
            return Optional.of("made up");
        }

        @Override
        public Watch watch(int parentTid, boolean bare) {
            return new Watch() {
                @Override
                public Optional<CloneCall> await(int parent, int child) {
                    return Optional.of(Calls.thread(parent, child, 0x10900));
                }

                @Override
                public void close() {}
            };
        }
    }
}
