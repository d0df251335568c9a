package io.clonetrace.report.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.event.CloneComparisonEvent;
import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.CodeSourceEvent;
import io.clonetrace.event.SourceStatusEvent;
import io.clonetrace.event.ThreadLimitEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.event.ThreadStartFailedEvent;
import io.clonetrace.event.VirtualThreadsEvent;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.chunk.Chunk;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.summary.KindCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jdk.jfr.Configuration;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of this JVM: several, several chunks in one, whole and broken. */
class RecordingReaderTest {
    private static final int THREADS = 13;

    @TempDir
    private Path folder;

    private byte[] one;
    private byte[] other;

    @BeforeEach
    void record() throws IOException {
        one = Files.readAllBytes(Recordings.file(() -> threads(THREADS)));
        other = Files.readAllBytes(Recordings.file(() -> threads(2 * THREADS)));
    }

    private static void threads(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {}, "counted");
            thread.start();
            thread.join();
        }
    }

    private Path file(String name, byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return Files.write(folder.resolve(name), all.toByteArray());
    }

    private static long counted(Fleet fleet) {
        return fleet.jvms().stream()
                .flatMap(jvm -> jvm.threads().stream())
                .filter(row -> "counted".equals(row.name()))
                .count();
    }

    private static void assertProblem(Fleet fleet, String part) {
        assertEquals(1, fleet.problems().size(), fleet.problems()::toString);
        String problem = fleet.problems().get(0).problem();
        assertTrue(problem.contains(part), problem);
    }

    /** A field that is read as what it is not would look like damage. */
    @Test
    void everyEventOfClonetraceIsRead() throws IOException, ReflectiveOperationException {
        List<Event> events = List.of(
                new CloneComparisonEvent(),
                new CloneEvent(),
                new CodeSourceEvent(),
                new SourceStatusEvent(),
                new ThreadLimitEvent(),
                new ThreadStackEvent(),
                new ThreadStartEvent(),
                new ThreadStartFailedEvent(),
                new VirtualThreadsEvent());
        for (Event event : events) {
            for (Field field : event.getClass().getFields()) {
                if (field.getType() == long.class) {
                    // What is -1 is not looked at.
                    field.setLong(event, 7);
                }
            }
        }
        List<String> types = events.stream()
                .map(event -> event.getClass().getAnnotation(Name.class).value())
                .toList();
        Fleet fleet = Recordings.read(Recordings.file(types, () -> events.forEach(Event::commit)));
        assertEquals(List.of(), fleet.problems());
        assertTrue(types.stream().allMatch(type -> fleet.jvms().get(0).records(type)));
    }

    /** JDK 17 repeats the time of the JVM's first recording in jdk.ActiveRecording. */
    @Test
    void laterRecordingOfAJvmBeginsWhenItWasStarted() throws IOException, ParseException {
        Instant first;
        try (Recording recording = new Recording(Configuration.getConfiguration("default"))) {
            recording.start();
            first = recording.getStartTime();
            recording.stop();
        }
        while (Instant.now().isBefore(first.plusMillis(100))) {
            Thread.onSpinWait();
        }
        Path later = folder.resolve("later.jfr");
        try (Recording recording = new Recording(Configuration.getConfiguration("default"))) {
            recording.start();
            recording.stop();
            recording.dump(later);
        }
        long began = Recordings.read(later).jvms().get(0).from();
        assertTrue(began > first.plusMillis(50).toEpochMilli() * 1_000_000, () -> first + " " + began);
    }

    @Test
    void twoRecordingsOfOneJvmAreOneJvm() throws IOException {
        Fleet fleet = Recordings.read(file("one.jfr", one), file("other.jfr", other));
        assertEquals(1, fleet.jvms().size());
        assertEquals(3 * THREADS, counted(fleet));
        assertEquals(2, fleet.files());
        Jvm jvm = fleet.jvms().get(0);
        assertEquals(ProcessHandle.current().pid(), jvm.name().pid());
        assertEquals(3 * THREADS, KindCount.application(fleet.jvms()).created());
    }

    @Test
    void chunkInTwoFilesCountsOnce() throws IOException {
        Fleet fleet = Recordings.read(file("both.jfr", one, other), file("again.jfr", other));
        assertEquals(3 * THREADS, counted(fleet));
        assertEquals(List.of(), fleet.problems());
    }

    @Test
    void partOfAChunkHidesNoLargerOne() throws IOException {
        Path cut = file("a.jfr", Arrays.copyOf(one, 1_000));
        assertEquals(THREADS, counted(Recordings.read(cut, file("b.jfr", one))));
        Fleet parts = Recordings.read(cut, file("c.jfr", Arrays.copyOf(one, 2_000)));
        assertEquals(1, parts.problems().size());
        assertTrue(parts.problems().get(0).file().endsWith("c.jfr"), parts.problems()::toString);
    }

    @Test
    void recordingsOfAnotherJvmStaySeparate() throws IOException {
        // Its pid is known from jdk.JVMInformation alone; the tests of the packaged jar have real ones.
        Path without = Recordings.file(List.of("jdk.ThreadStart", "jdk.ThreadEnd"), () -> threads(THREADS));
        Fleet fleet = Recordings.read(file("one.jfr", one), without);
        assertEquals(2, fleet.jvms().size());
        assertEquals(2 * THREADS, counted(fleet));
        assertEquals(-1, fleet.jvms().get(1).name().pid());
    }

    @Test
    void damagedChunkHidesNoOther() throws IOException {
        byte[] damaged = one.clone();
        // The place of its metadata.
        ByteBuffer.wrap(damaged).putLong(Chunk.METADATA_AT, 100);
        Fleet fleet = Recordings.read(file("damaged.jfr", damaged, other));
        assertEquals(3 * THREADS, counted(fleet), "the last metadata before its end is the one");
        assertProblem(fleet, "chunk 1 of 2");
        Fleet without = Recordings.read(file("without.jfr", Arrays.copyOf(one, Chunk.HEADER + 1), other));
        assertEquals(2 * THREADS, counted(without));
        assertProblem(without, "chunk 1 of 2");
    }

    @Test
    void truncatedRecordingIsReadUpToTheCut() throws IOException {
        Fleet fleet = Recordings.read(file("cut.jfr", one, Arrays.copyOf(other, other.length / 2)));
        assertTrue(counted(fleet) >= THREADS, () -> counted(fleet) + " threads");
        assertProblem(fleet, "chunk 2 of 2");
        assertProblem(Recordings.read(file("tail.jfr", one, new byte[100])), "at byte ");
    }

    /** As a JVM leaves it that is killed: without the length that the chunk became. */
    @Test
    void unfinishedRecordingIsRead() throws IOException {
        byte[] unfinished = one.clone();
        ByteBuffer header = ByteBuffer.wrap(unfinished);
        header.putLong(Chunk.SIZE_AT, 0)
                .putLong(Chunk.METADATA_AT, 0)
                .putLong(Chunk.CHECKPOINT_AT, 0)
                .put(Chunk.STATE_AT, (byte) 1);
        Fleet fleet = Recordings.read(file("killed.jfr", Arrays.copyOf(unfinished, unfinished.length - 1)));
        assertProblem(fleet, "unfinished");
        Fleet whole = Recordings.read(file("unclosed.jfr", unfinished));
        assertEquals(THREADS, counted(whole));
        assertProblem(whole, "it ends unfinished");
    }

    @Test
    void fileThatIsNoRecordingIsReported() throws IOException {
        assertProblem(Recordings.read(file("empty.jfr")), "it is empty");
        assertProblem(
                Recordings.read(file("text.jfr", "not a recording".getBytes())),
                "it is no flight recording; explain reads logs, dumps and traces");
        assertProblem(Recordings.read(folder), "it is no file");
        assertProblem(Recordings.read(folder.resolve("no.jfr")), "there is no such file");
        assertProblem(Recordings.read(Path.of("/dev/zero")), "it is no file");
        assertEquals(0, Recordings.read(folder).files());
    }

    @Test
    void recordingWithOnlyTheJvmEventIsRead() throws IOException {
        Fleet fleet = Recordings.read(Recordings.file(List.of("jdk.JVMInformation"), () -> threads(THREADS)));
        Jvm jvm = fleet.jvms().get(0);
        assertEquals(List.of(), jvm.threads());
        assertEquals(Optional.empty(), jvm.system().kernel());
        assertTrue(!jvm.hasAgent());
    }

    @Test
    void folderStandsForItsRecordingsOnly() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("a/b"));
        Files.write(deep.resolve("one.jfr"), one);
        Files.writeString(folder.resolve("notes.txt"), "no recording");
        Files.write(folder.resolve("other.jfr"), other);
        assertEquals(
                List.of(deep.resolve("one.jfr"), folder.resolve("other.jfr")),
                RecordingFiles.in(List.of(folder, deep.resolve("one.jfr"))));
        Path nothing = Files.createDirectories(folder.resolve("nothing"));
        IOException none = assertThrows(IOException.class, () -> RecordingFiles.in(List.of(nothing)));
        assertTrue(none.getMessage().contains("holds no recording"), none.getMessage());
    }

    private static final class Tick extends Event {}

    /** The file is sound: figures of the part that was read are no figures of the recording. */
    @Test
    void outOfMemoryIsNotReportedAsDamage() throws IOException {
        Path file = folder.resolve("many.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(Tick.class);
            recording.start();
            for (int i = 0; i < 70_001; i++) {
                new Tick().commit();
            }
            recording.stop();
            recording.dump(file);
        }
        RecordingReader reader = new RecordingReader(new FleetBuilder(), (name, number, of, events) -> {
            if (events > 0) {
                throw new OutOfMemoryError("Java heap space");
            }
        });
        assertThrows(OutOfMemoryError.class, () -> reader.read(List.of(file)));
    }

    /** Two dumps of a recording that goes on: the second holds the first's chunks, too. */
    @Test
    void twoDumpsOfOneRecordingCountOnce() throws IOException, InterruptedException {
        Path first = folder.resolve("first.jfr");
        Path second = folder.resolve("second.jfr");
        try (Recording recording = new Recording()) {
            recording.setToDisk(true);
            for (String type : List.of("jdk.JVMInformation", "jdk.ThreadStart", "jdk.ThreadEnd")) {
                recording.enable(type);
            }
            recording.start();
            threads(THREADS);
            recording.dump(first);
            threads(THREADS);
            recording.stop();
            recording.dump(second);
        }
        Fleet fleet = Recordings.read(first, second);
        assertEquals(2 * THREADS, counted(fleet));
        assertEquals(List.of(), fleet.problems());
        assertEquals(1, fleet.jvms().size());
        assertEquals(
                2 * THREADS,
                KindCount.of(fleet.jvms()).stream()
                        .filter(kind -> kind.kind().equals("java"))
                        .mapToLong(KindCount::created)
                        .sum());
    }
}
