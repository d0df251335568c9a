package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagemapTest {
    private static final long PRESENT = 1L << 63;
    private static final long SWAPPED = 1L << 62;

    @TempDir
    private Path dir;

    private Path pagemap(long... words) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.asLongBuffer().put(words);
        return Files.write(dir.resolve("pagemap"), bytes.array());
    }

    @Test
    void countsThePresentPagesOfTheRangeAlone() throws IOException {
        Path file = pagemap(PRESENT, PRESENT | 1, SWAPPED, PRESENT | (1L << 55), 0, PRESENT);
        try (Pagemap pagemap = new Pagemap(file, 4096)) {
            assertEquals(2 * 4096, pagemap.present(4096, 5 * 4096));
            assertEquals(0, pagemap.present(2 * 4096, 3 * 4096));
            assertEquals(4096, pagemap.present(5 * 4096, 6 * 4096));
            assertEquals(0, pagemap.present(4096, 4096));
        }
    }

    @Test
    void readsRangesLongerThanItsBuffer() throws IOException {
        long[] words = new long[5003];
        for (int i = 0; i < words.length; i += 2) {
            words[i] = PRESENT;
        }
        try (Pagemap pagemap = new Pagemap(pagemap(words), 65536)) {
            assertEquals(2502 * 65536L, pagemap.present(0, 5003 * 65536L));
        }
    }

    @Test
    void whatItCannotReadIsUnknown() throws IOException {
        try (Pagemap missing = new Pagemap(dir.resolve("none"), 4096)) {
            assertEquals(StackMeasure.UNKNOWN, missing.present(0, 4096));
        }
        try (Pagemap shorter = new Pagemap(pagemap(PRESENT), 4096)) {
            assertEquals(StackMeasure.UNKNOWN, shorter.present(0, 2 * 4096));
        }
        try (Pagemap noPageSize = new Pagemap(pagemap(PRESENT), StackMeasure.UNKNOWN)) {
            assertEquals(StackMeasure.UNKNOWN, noPageSize.present(0, 4096));
        }
    }
}
