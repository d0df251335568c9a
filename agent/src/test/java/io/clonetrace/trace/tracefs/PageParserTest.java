package io.clonetrace.trace.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages made by hand, after include/linux/ring_buffer.h. */
class PageParserTest {
    private static final String HEADER = """
            \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
            \tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;
            \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
            \tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;
            """;

    private final ByteBuffer page = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    private final List<String> seen = new ArrayList<>();

    PageParserTest() {
        page.position(16);
    }

    private void event(int type, int delta, int... words) {
        page.putInt(delta << 5 | type);
        for (int word : words) {
            page.putInt(word);
        }
    }

    private List<String> parsed(long time, long flags) throws IOException {
        page.putLong(0, time).putLong(8, page.position() - 16 | flags);
        new PageParser(new Format(HEADER))
                .parse(
                        page.array(),
                        page.position(),
                        (at, bytes, start, length) -> seen.add(at + ":" + bytes.getInt(start) + ":" + length));
        return seen;
    }

    @Test
    void emptyPageHasNoRecords() throws IOException {
        assertEquals(List.of(), parsed(5, 0));
    }

    @Test
    void deltasAddUp() throws IOException {
        event(1, 0, 7);
        event(2, 11, 8, 0);
        event(28, (1 << 27) - 1, new int[28]);
        assertEquals(List.of("1000:7:4", "1011:8:8", 1011 + (1 << 27) - 1 + ":0:112"), parsed(1000, 0));
    }

    @Test
    void recordWithALengthWordIsRead() throws IOException {
        event(0, 3, 12, 41, 0); // 12 bytes with the length itself
        event(1, 1, 42);
        assertEquals(List.of("3:41:8", "4:42:4"), parsed(0, 0));
    }

    @Test
    void timeExtendAndStampSetTheTime() throws IOException {
        event(30, 5, 2);
        event(1, 1, 7);
        event(31, 9, 3);
        event(1, 0, 8);
        long high = 0x08L << 56;
        assertEquals(
                List.of(high + 100 + (2L << 27) + 6 + ":7:4", high + (3L << 27) + 9 + ":8:4"), parsed(high + 100, 0));
    }

    @Test
    void discardedRecordIsSkipped() throws IOException {
        event(29, 1, 8, 0);
        event(1, 1, 7);
        assertEquals(List.of("2:7:4"), parsed(0, 0));
    }

    @Test
    void unusedRestAndMissedRecordFlagsAreIgnored() throws IOException {
        event(1, 1, 7);
        event(29, 0, 0, 0);
        event(1, 1, 8);
        assertEquals(List.of("1:7:4"), parsed(0, 3L << 30));
    }

    @Test
    void damagedPageIsRefused() {
        event(5, 1, 7);
        assertThrows(IOException.class, () -> parsed(0, 0));
        assertThrows(IOException.class, () -> new PageParser(new Format(HEADER)).parse(new byte[8], 8, null));
        assertThrows(IOException.class, () -> new PageParser(new Format("field: u64 timestamp;\toffset:0;\tsize:4;")));
    }

    @Test
    void lengthShorterThanItsOwnWordIsRefused() {
        event(0, 1, 3, 0);
        assertThrows(IOException.class, () -> parsed(0, 0));
        assertEquals(List.of(), seen);
    }

    @Test
    void invalidLayoutIsRefused() {
        for (String[] other : new String[][] {
            {"offset:0;", "offset:8240495407814588911;"},
            {"offset:0;", "offset:100;"},
            {"offset:16;\tsize:4080;", "offset:16;\tsize:0;"},
            {"offset:16;\tsize:4080;", "offset:16;\tsize:999999999;"}
        }) {
            Format format = new Format(HEADER.replace(other[0], other[1]));
            assertThrows(IOException.class, () -> new PageParser(format), other[1]);
        }
    }
}
