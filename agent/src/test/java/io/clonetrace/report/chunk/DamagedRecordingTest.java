package io.clonetrace.report.chunk;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.Recordings;
import io.clonetrace.report.chunk.Chunk.EventHeader;
import io.clonetrace.report.html.HtmlReport;
import io.clonetrace.report.json.JsonReport;
import io.clonetrace.report.model.Fleet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recordings with wrong bytes: the reading ends, what is sound is read, and what is not is reported. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamagedRecordingTest {
    private static final int THREADS = 13;

    /** As JFR writes it. */
    private static final byte[] MINUS_ONE = {-1, -1, -1, -1, -1, -1, -1, -1, -1};

    private static byte[] sound;

    /** A later chunk with as many threads, of other names. */
    private static byte[] second;

    @TempDir
    private Path folder;

    @BeforeAll
    static void record() throws IOException {
        sound = recording("first-");
        second = recording("counted-");
    }

    private static byte[] recording(String name) throws IOException {
        return Files.readAllBytes(Recordings.file(() -> {
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> {}, name + i);
                thread.start();
                thread.join();
            }
            Recordings.status("ptrace", "stopped", null, THREADS, 0);
        }));
    }

    private Fleet read(byte[]... chunks) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] chunk : chunks) {
            all.write(chunk);
        }
        return Recordings.read(Files.write(folder.resolve("damaged.jfr"), all.toByteArray()));
    }

    /** Those of the first chunk. */
    private static long threads(Fleet fleet) {
        return threads(fleet, "first-");
    }

    private static long threads(Fleet fleet, String name) {
        return fleet.jvms().stream()
                .flatMap(jvm -> jvm.threads().stream())
                .filter(row -> row.name() != null && row.name().startsWith(name))
                .count();
    }

    private static String problem(Fleet fleet) {
        assertEquals(1, fleet.problems().size(), fleet.problems()::toString);
        return fleet.problems().get(0).problem();
    }

    private static void assertSays(Fleet fleet, String... parts) {
        for (String part : parts) {
            assertTrue(problem(fleet).contains(part), problem(fleet));
        }
    }

    private static ByteBuffer copy() {
        return ByteBuffer.wrap(sound.clone());
    }

    /** The events of a chunk in their order. */
    private List<EventHeader> events() throws IOException {
        List<EventHeader> events = new ArrayList<>();
        try (FileChannel file = FileChannel.open(Files.write(folder.resolve("sound.jfr"), sound))) {
            ChunkInput input = new ChunkInput(file, 0, sound.length);
            for (long at = Chunk.HEADER;
                    at < sound.length;
                    at = events.get(events.size() - 1).end()) {
                events.add(EventHeader.at(input, at));
            }
        }
        return events;
    }

    private EventHeader event(int number) throws IOException {
        return events().stream()
                .filter(event -> event.type() > EventHeader.CHECKPOINT)
                .toList()
                .get(number);
    }

    private int metadata() {
        return (int) copy().getLong(Chunk.METADATA_AT);
    }

    private int checkpoint() {
        return (int) copy().getLong(Chunk.CHECKPOINT_AT);
    }

    /** Where in the chunk that text stands last, as bytes of a length: earlier metadata are not used. */
    private static int indexOf(String text) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        for (int at = sound.length - wanted.length; at > 0; at--) {
            if (sound[at - 1] == wanted.length
                    && Arrays.equals(sound, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("no " + text);
    }

    @Test
    void soundRecordingHasNoProblems() throws IOException {
        Fleet fleet = read(sound);
        assertEquals(List.of(), fleet.problems());
        assertEquals(THREADS, threads(fleet));
    }

    /** What is lost is all up to the next checkpoint, since that is the next event whose place is known. */
    @Test
    void negativeEventSizeIsReported() throws IOException {
        EventHeader event = event(2);
        ByteBuffer damaged = copy().put((int) event.at(), MINUS_ONE);
        Fleet fleet = read(damaged.array(), second);
        assertEquals(THREADS, threads(fleet, "counted-"), "of the other chunk");
        assertSays(
                fleet, "byte " + event.at() + " of it: an event of the size -1", "bytes can't be read", "events could");
    }

    @Test
    void eventThatOverlapsTheNextIsReported() throws IOException {
        EventHeader event = event(2);
        ByteBuffer damaged = copy();
        damaged.put((int) event.at(), new byte[] {-1, -1, 127});
        assertSays(read(damaged.array()), "byte " + event.at() + " of it");
    }

    /** One refers back to the other, and that one forward again. */
    @Test
    void cyclicCheckpointsEnd() throws IOException {
        byte[] forward = {7, 1, 0, 0, 7, 0, 0};
        byte[] back = {15, 1, 0, 0, -7, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0};
        ByteBuffer damaged = ByteBuffer.allocate(sound.length + forward.length + back.length);
        damaged.put(sound).put(forward).put(back);
        damaged.putLong(Chunk.SIZE_AT, damaged.capacity()).putLong(Chunk.CHECKPOINT_AT, sound.length + forward.length);
        Fleet fleet = read(damaged.array(), second);
        assertEquals(THREADS, threads(fleet, "counted-"), fleet.problems()::toString);
        assertSays(fleet, "a checkpoint refers to none before it");
    }

    @Test
    void wrongOffsetsInTheHeaderLoseNothing() throws IOException {
        for (long place : new long[] {0, 1, -1, 69, sound.length, Long.MAX_VALUE, Long.MIN_VALUE}) {
            ByteBuffer metadata = copy().putLong(Chunk.METADATA_AT, place);
            assertEquals(THREADS, threads(read(metadata.array())), () -> "metadata at " + place);
            ByteBuffer checkpoint = copy().putLong(Chunk.CHECKPOINT_AT, place);
            assertEquals(THREADS, threads(read(checkpoint.array())), () -> "checkpoint at " + place);
        }
    }

    @Test
    void impossibleSizeIsReported() throws IOException {
        for (long size : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, 0, 67, sound.length + 1L}) {
            ByteBuffer wrong = copy().putLong(Chunk.SIZE_AT, size);
            assertEquals(THREADS, threads(read(wrong.array())), () -> "alone, of the size " + size);
            Fleet before = read(wrong.array(), second);
            assertEquals(THREADS, threads(before), () -> "before another, of the size " + size);
            assertSays(before, "chunk 1 of 2", "it ends unfinished");
            Fleet behind = read(second, wrong.array());
            assertEquals(THREADS, threads(behind), () -> "behind another, of the size " + size);
            assertSays(behind, "chunk 2 of 2", "it ends unfinished");
        }
    }

    /** A JVM that writes the header at that moment has the state 255, and JFR's parser waits until it is done. */
    @Test
    void headerInTheMiddleOfAWriteIsRead() throws IOException {
        ByteBuffer writing = copy().put(Chunk.STATE_AT, (byte) 255);
        assertEquals(THREADS, threads(read(writing.array())));
    }

    @Test
    void endlessMetadataIsReported() throws IOException {
        int metadata = metadata();
        ByteBuffer damaged = copy();
        EventHeader event = events().stream()
                .filter(one -> one.at() == metadata)
                .findFirst()
                .orElseThrow();
        for (int at = (int) event.content(); at < event.content() + 40; at++) {
            damaged.put(at, (byte) -1);
        }
        Fleet fleet = read(damaged.array(), second);
        assertEquals(THREADS, threads(fleet, "counted-"), "of the other chunk");
        assertSays(fleet, "can't be read as a recording: chunk 1 of 2", "bytes are lost");
    }

    /** Longer than the chunk, and longer than any array can be. */
    @Test
    void oversizedTextIsReported() throws IOException {
        for (String text : List.of("first-7", "io/clonetrace/report/Recordings", "jdk.ThreadStart")) {
            for (byte length : new byte[] {127, -1}) {
                ByteBuffer damaged = copy();
                int at = indexOf(text);
                damaged.put(at - 1, length);
                if (length < 0) {
                    damaged.put(at, new byte[] {-1, -1, -1, 7});
                }
                Fleet fleet = read(damaged.array());
                assertTrue(fleet.problems().size() == 1, () -> text + fleet.problems());
            }
        }
    }

    /** A key that nothing refers to: what does is without a name. */
    @Test
    void missingNamesAreReported() throws IOException {
        for (String text : List.of("lambda$record$2", "java/lang/Thread", "run", "io/clonetrace/report/Recordings")) {
            ByteBuffer damaged = copy();
            int key;
            try {
                key = indexOf(text) - 3;
            } catch (AssertionError otherCompiler) {
                continue;
            }
            damaged.put(key, (byte) (damaged.get(key) ^ 0x40));
            assertReported(read(damaged.array()), text);
        }
    }

    @Test
    void manyEmptyChunksAreRead() throws IOException {
        int many = 100_003;
        ByteBuffer all = ByteBuffer.allocate(sound.length + many * Chunk.HEADER).put(sound);
        for (int index = 0; index < many; index++) {
            ByteBuffer header = ByteBuffer.wrap(Arrays.copyOf(sound, Chunk.HEADER));
            header.putLong(Chunk.SIZE_AT, Chunk.HEADER).putLong(32, 1_000_000L + index);
            all.put(header.array());
        }
        Fleet fleet = read(all.array());
        assertEquals(THREADS, threads(fleet));
        assertSays(fleet, "100,003 of 100,004 chunks hold nothing but a header");
    }

    @Test
    void manyDamagedChunksAreReportedTogether() throws IOException {
        byte[][] chunks = new byte[23][];
        for (int index = 0; index < chunks.length; index++) {
            chunks[index] = ByteBuffer.wrap(Arrays.copyOf(sound, 101))
                    .putLong(32, index)
                    .array();
        }
        Fleet fleet = read(chunks);
        assertEquals(6, fleet.problems().size(), fleet.problems()::toString);
        assertEquals(
                "18 more chunks of 1,818 bytes are damaged or unfinished",
                fleet.problems().get(5).problem());
    }

    @Test
    void bytesBetweenChunksAreReported() throws IOException {
        Fleet fleet = read(second, new byte[70_001], sound, new byte[7]);
        assertEquals(THREADS, threads(fleet));
        assertSays(fleet, "70,008 bytes are no part of a recording");
    }

    /** Whatever is cut off, the more is left the more is read, and never is nothing said. */
    @Test
    void recordingCutAnywhereIsReadAsFarAsItGoes() throws IOException {
        List<Integer> lengths = new ArrayList<>(List.of(1, 3, 4, 7, 8, 67, 68, 69, sound.length - 1));
        for (int length = 71; length < sound.length; length += sound.length / 40 + 1) {
            lengths.add(length);
        }
        lengths.sort(null);
        long before = 0;
        for (int length : lengths) {
            Fleet fleet = read(Arrays.copyOf(sound, length));
            assertEquals(1, fleet.problems().size(), () -> length + " bytes: " + fleet.problems());
            long threads = threads(fleet);
            assertTrue(threads >= before, () -> length + " bytes: only " + threads);
            before = threads;
        }
    }

    @Test
    void wrongBytesAnywhereNeverCrashTheReader() throws IOException {
        Random random = new Random(16);
        for (int turn = 0; turn < 97; turn++) {
            byte[] damaged = sound.clone();
            for (int wrong = random.nextInt(1 + turn % 8); wrong >= 0; wrong--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertReported(read(damaged), "turn " + turn);
        }
    }

    private static void assertReported(Fleet fleet, String which) {
        assertDoesNotThrow(
                () -> {
                    Recordings.report(fleet);
                    JsonReport.write(fleet, new StringWriter());
                    HtmlReport.write(fleet, new StringWriter());
                },
                which);
    }
}
