package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
    private static final long GUARD = 1L << 58;

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
            assertEquals(2 * 4096, pagemap.count(4096, 5 * 4096).present());
            assertEquals(0, pagemap.count(2 * 4096, 3 * 4096).present());
            assertEquals(4096, pagemap.count(5 * 4096, 6 * 4096).present());
            assertEquals(0, pagemap.count(4096, 4096).present());
        }
    }

    /** A page that was swapped out was touched; the marker of a guard page, which bears the same bit, was not. */
    @Test
    void theLowestPageThatWasTouched() throws IOException {
        Path file = pagemap(0, SWAPPED | GUARD, 0, SWAPPED | (3 << 5), 0, PRESENT, 0);
        try (Pagemap pagemap = new Pagemap(file, 4096)) {
            assertEquals(new PageCount(4096, StackMeasure.UNKNOWN, 3 * 4096), pagemap.count(0, 7 * 4096));
            assertEquals(5 * 4096, pagemap.count(4 * 4096, 7 * 4096).lowest());
            assertEquals(PageCount.NONE, pagemap.count(6 * 4096, 7 * 4096).lowest());
            assertEquals(PageCount.NONE, pagemap.count(0, 3 * 4096).lowest());
        }
    }

    @Test
    void guardsAreThoseThatBearTheirOwnBit() throws IOException {
        long marker = SWAPPED | GUARD;
        try (Pagemap pagemap = new Pagemap(pagemap(marker, SWAPPED, marker, marker, PRESENT, marker), 16384)) {
            assertArrayEquals(
                    new long[] {0, 16384, 2 * 16384, 4 * 16384, 5 * 16384, 6 * 16384}, pagemap.in(0, 6 * 16384));
            assertArrayEquals(new long[] {3 * 16384, 4 * 16384}, pagemap.in(3 * 16384, 5 * 16384));
        }
        try (Pagemap missing = new Pagemap(dir.resolve("none"), 4096)) {
            assertArrayEquals(new long[0], missing.in(0, 4096));
        }
    }

    @Test
    void readsRangesLongerThanItsBuffer() throws IOException {
        long[] words = new long[5003];
        for (int i = 0; i < words.length; i += 2) {
            words[i] = PRESENT;
        }
        try (Pagemap pagemap = new Pagemap(pagemap(words), 65536)) {
            assertEquals(2502 * 65536L, pagemap.count(0, 5003 * 65536L).present());
        }
    }

    @Test
    void whatItCannotReadIsUnknown() throws IOException {
        try (Pagemap missing = new Pagemap(dir.resolve("none"), 4096)) {
            assertEquals(PageCount.UNKNOWN, missing.count(0, 4096));
        }
        try (Pagemap shorter = new Pagemap(pagemap(PRESENT), 4096)) {
            assertEquals(PageCount.UNKNOWN, shorter.count(0, 2 * 4096));
        }
        try (Pagemap noPageSize = new Pagemap(pagemap(PRESENT), StackMeasure.UNKNOWN)) {
            assertEquals(PageCount.UNKNOWN, noPageSize.count(0, 4096));
        }
    }
}
