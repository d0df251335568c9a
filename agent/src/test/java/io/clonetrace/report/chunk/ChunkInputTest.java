package io.clonetrace.report.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.clonetrace.report.chunk.SyntheticChunk.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkInputTest {
    private static final int RUN = 7;

    private final Random random = new Random(11);

    @TempDir
    private Path folder;

    /** Of one to nine bytes. */
    private long number() {
        return random.nextLong() >>> random.nextInt(Long.SIZE);
    }

    private Bytes bytes(long... numbers) {
        Bytes bytes = new Bytes();
        for (long number : numbers) {
            bytes.number(number);
        }
        return bytes;
    }

    private long[] numbers(int count) {
        return random.longs(count).map(any -> number()).toArray();
    }

    @Test
    void numbersThatFollowEachOtherEndBeforeTheLimit() throws IOException {
        for (int turn = 0; turn < 97; turn++) {
            long[] numbers = numbers(RUN);
            byte[] written = bytes(numbers).array();
            // Behind a limit are the bytes of the next event.
            byte[] all = bytes(numbers).raw(new byte[29]).array();
            ChunkInput input = ChunkInput.ofBlocks();
            for (int limit = 0; limit <= all.length; limit++) {
                input.hold(all, 101, all.length);
                input.seek(101, 101 + limit);
                long[] read = new long[RUN];
                if (limit < written.length) {
                    assertThrows(DamagedChunkException.class, () -> input.varints(read, 0, RUN));
                } else {
                    input.varints(read, 0, RUN);
                    assertArrayEquals(numbers, read);
                    assertEquals(101 + written.length, input.position());
                }
            }
        }
    }

    @Test
    void numberEndsBeforeTheLimitWhateverFollows() throws IOException {
        for (int turn = 0; turn < 997; turn++) {
            long number = number();
            byte[] written = bytes(number).array();
            ChunkInput input = ChunkInput.ofBlocks();
            for (int behind : new int[] {0, 1, 29}) {
                byte[] all = bytes(number).raw(new byte[behind]).array();
                input.hold(all, 101, all.length);
                for (int limit = 0; limit < written.length; limit++) {
                    input.seek(101, 101 + limit);
                    assertThrows(DamagedChunkException.class, input::varint);
                }
                input.seek(101, 101 + written.length);
                assertEquals(number, input.varint());
                assertEquals(101 + written.length, input.position());
                assertThrows(DamagedChunkException.class, input::varint);
            }
        }
    }

    @Test
    void numbersOfAFileAreReadBeyondItsFirstBytes() throws IOException {
        long[] numbers = numbers(RUN * 10_007);
        Path file = folder.resolve("numbers");
        byte[] written = bytes(numbers).array();
        Files.write(file, written);
        try (FileChannel content = FileChannel.open(file)) {
            ChunkInput input = new ChunkInput(content, 0, written.length);
            long[] read = new long[numbers.length];
            for (int first = 0; first < read.length; first += RUN) {
                input.varints(read, first, RUN);
            }
            assertArrayEquals(numbers, read);
            assertEquals(written.length, input.position());
        }
    }

    @Test
    void numbersArePassedOver() throws IOException {
        long[] numbers = numbers(1_009);
        byte[] written = bytes(numbers).array();
        ChunkInput input = ChunkInput.ofBlocks();
        input.hold(written, 0, written.length);
        input.skipVarints(1_008);
        assertEquals(numbers[1_008], input.varint());
        assertThrows(DamagedChunkException.class, () -> input.skipVarints(1));
    }
}
