package io.clonetrace.trace.tracefs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages of the kernel's ring buffer: each record lies in the page, behind the one before it. */
class PageFuzzTest {
    private static final int DATA = 16;
    private static final Format HEADER = new Format("""
            \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
            \tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;
            \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
            \tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;
            """);

    /** A record of each type (include/linux/ring_buffer.h). */
    static Stream<Arguments> pages() {
        return Stream.of(
                page(),
                page(7 << 5 | 2, 8, 0),
                page(3 << 5, 12, 41, 0, 1 << 5 | 1, 42),
                page(5 << 5 | 30, 2, 9 << 5 | 31, 3, 1, 8),
                page(1 << 5 | 29, 8, 0, 1 << 5 | 1, 7, 29, 0, 0),
                page(5 << 5 | 28));
    }

    private static Arguments page(int... words) {
        ByteBuffer page =
                ByteBuffer.allocate(DATA + words.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        page.putLong(1000).putLong(words.length * Integer.BYTES);
        for (int word : words) {
            page.putInt(word);
        }
        return Arguments.of(page.array());
    }

    @MethodSource("pages")
    @FuzzTest
    void page(byte[] bytes) throws IOException {
        int[] end = {DATA};
        try {
            new PageParser(HEADER).parse(bytes, bytes.length, (time, page, start, length) -> {
                assertTrue(start >= end[0] + Integer.BYTES && length >= 0 && start + length <= bytes.length);
                end[0] = start + length;
            });
        } catch (IOException damaged) {
            // Documented.
        }
    }
}
