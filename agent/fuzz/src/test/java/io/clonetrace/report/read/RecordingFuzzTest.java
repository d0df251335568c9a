package io.clonetrace.report.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Fleet.ReadProblem;
import io.clonetrace.report.model.FleetBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A recording of two chunks and a synthetic one, damaged. An input is a list of changes, four bytes each: what is done,
 * where in the file or in the synthetic chunk (two bytes, which go round), and a value.
 */
class RecordingFuzzTest {
    private static final int CHANGE = 4;
    private static final int MOST_CHANGES = 16;
    private static final int PLACES = 1 << 16;
    private static final int CUT = 0xff;
    /** The bit of a change in which a number of the synthetic chunk is meant. */
    private static final int NUMBER = 0x40;

    private static final int NUMBERS = numbers();

    @TempDir
    private static Path folder;

    private static byte[] whole;

    @BeforeAll
    static void record() throws IOException {
        byte[] one = Files.readAllBytes(Recordings.file(() -> thread("one")));
        byte[] other = Files.readAllBytes(Recordings.file(() -> thread("other")));
        whole = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, whole, one.length, other.length);
    }

    /** How many numbers of the synthetic chunk can be changed. */
    private static int numbers() {
        ChangedChunk chunk = new ChangedChunk();
        chunk.bytes();
        return chunk.count();
    }

    private static void thread(String name) throws InterruptedException {
        Thread thread = new Thread(() -> {}, name);
        thread.start();
        thread.join();
    }

    /** Sizes, offsets and the state of a chunk's header, its middle and its end; ids, sizes and keys. */
    static Stream<Arguments> changes() {
        return Stream.of(
                changes(0, 8, 0x80),
                changes(0, 15, 0),
                changes(0, 16, 0xff),
                changes(0, 31, 0x44),
                changes(0, 64, 1),
                changes(0, 68, 0x80, 0, 69, 0x80),
                changes(1, 1000, 0xff),
                changes(CUT, 30_000, 0),
                changes(NUMBER, 1, 0x67),
                changes(NUMBER, 22, 0xdf),
                changes(NUMBER, 40, 0xff, NUMBER, 50, 0xc4),
                changes(NUMBER, NUMBERS - 1, 0xb1));
    }

    private static Arguments changes(int... changes) {
        ByteBuffer bytes = ByteBuffer.allocate(changes.length / 3 * CHANGE);
        for (int i = 0; i < changes.length; i += 3) {
            bytes.put((byte) changes[i]).putShort((short) changes[i + 1]).put((byte) changes[i + 2]);
        }
        return Arguments.of(bytes.array());
    }

    @MethodSource("changes")
    @FuzzTest
    void recording(byte[] changes) throws IOException {
        Path file = Files.write(folder.resolve("damaged.jfr"), damaged(changes));
        FleetBuilder builder = new FleetBuilder();
        RecordingReader reader = new RecordingReader(builder, Progress.NONE, folder);
        reader.read(List.of(file));
        Fleet fleet = builder.build();
        assertTrue(reader.events() >= 0);
        for (ReadProblem problem : fleet.problems()) {
            // The message of an exception that has none.
            assertFalse(problem.problem().matches(".*(: |\\()null.*"), problem::toString);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(1, left.count(), "files of chunks were left");
        }
    }

    private static byte[] damaged(byte[] changes) {
        byte[] synthetic = synthetic(changes);
        byte[] bytes = Arrays.copyOf(whole, whole.length + synthetic.length);
        System.arraycopy(synthetic, 0, bytes, whole.length, synthetic.length);
        ByteBuffer input = ByteBuffer.wrap(changes);
        int length = bytes.length;
        for (int i = 0; i < MOST_CHANGES && input.remaining() >= CHANGE; i++) {
            int kind = input.get() & 0xff;
            // The first byte says in which part of the file that is larger than what two bytes can count.
            int at = (int) (((long) (kind & 7) * PLACES + (input.getShort() & 0xffff)) % bytes.length);
            byte value = input.get();
            if (kind == CUT) {
                length = Math.min(length, at);
            } else if ((kind & NUMBER) == 0) {
                bytes[at] = value;
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] synthetic(byte[] changes) {
        ChangedChunk chunk = new ChangedChunk();
        ByteBuffer input = ByteBuffer.wrap(changes);
        for (int i = 0; i < MOST_CHANGES && input.remaining() >= CHANGE; i++) {
            int kind = input.get() & 0xff;
            int index = (input.getShort() & 0xffff) % NUMBERS;
            int value = input.get() & 0xff;
            if (kind != CUT && (kind & NUMBER) != 0) {
                chunk.change(index, value);
            }
        }
        return chunk.bytes();
    }
}
