package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SmapsParserTest {
    private static Mappings fixture() throws IOException {
        try (InputStream smaps = SmapsParserTest.class.getResourceAsStream("proc/smaps")) {
            return SmapsParser.read(smaps);
        }
    }

    private static Mappings parse(String smaps) throws IOException {
        return SmapsParser.read(new ByteArrayInputStream(smaps.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void readsEveryMappingBelowTheKernelsHalf() throws IOException {
        Mappings mappings = fixture();
        assertEquals(24, mappings.size(), "25 headers, one of them [vsyscall]");
        assertEquals(4096, mappings.pageSize());
        assertEquals(0x562106824000L, mappings.get(0).start());
        assertEquals(0x7ffc29bfc000L, mappings.get(23).end());
    }

    @Test
    void readsAJavaThreadsStack() throws IOException {
        Mappings mappings = fixture();
        Mapping stack = mappings.at(0x7fee949fe660L);
        assertEquals(
                new Mapping(0x7fee94204000L, 0x7fee94a00000L, true, true, false, true, false, 108 * 1024, 0), stack);
        Mapping zone = mappings.at(0x7fee94203fffL);
        assertEquals(new Mapping(0x7fee94200000L, 0x7fee94204000L, false, true, false, false, false, 0, 0), zone);
    }

    @Test
    void tellsTheKindsOfMappings() throws IOException {
        Mappings mappings = fixture();
        assertTrue(mappings.at(0x7ffc29bf6820L).growsDown(), "[stack]");
        assertTrue(mappings.at(0x7ffc29bf6820L).anonymous(), "[stack]");
        assertTrue(mappings.at(0x7fee90021000L).noReserve(), "rest of a malloc arena");
        assertTrue(mappings.at(0x7fee3a700000L).noReserve(), "zone of a dead Java thread");
        assertTrue(mappings.at(0x7feeb044f000L).noHuge(), "glibc's guard of the VM Thread");
        assertFalse(mappings.at(0x562130b17000L).anonymous(), "[heap]");
        assertFalse(mappings.at(0x7feea4400000L).anonymous(), "file");
        assertNull(mappings.at(0x7ffc29bfc000L), "above [stack]");
        assertNull(mappings.at(0x1000), "below all");
    }

    @Test
    void knowsStacksThatHaveAName() throws IOException {
        Mappings mappings = parse("""
                10000-20000 rw-p 00000000 00:00 0                          [stack:4711]
                20000-30000 rw-p 00000000 00:00 0                          [anon: glibc: pthread stack: 4712]
                30000-40000 rw-p 00000000 00:00 0                          [anon_shmem:x]
                40000-50000 rw-s 00000000 00:01 7                          [stack (deleted)
                """);
        assertTrue(mappings.at(0x10000).anonymous());
        assertTrue(mappings.at(0x20000).anonymous());
        assertFalse(mappings.at(0x30000).anonymous());
        assertFalse(mappings.at(0x40000).anonymous());
    }

    @Test
    void aNameCannotPassForAnotherLine() throws IOException {
        String header = "10000-20000 r--p 00000000 00:01 9    /" + "Rss: 4 kB ".repeat(2000);
        Mappings mappings = parse(header + "\nRss:                  8 kB\n");
        assertEquals(1, mappings.size());
        assertEquals(8 * 1024, mappings.at(0x10000).rss());
    }

    @Test
    void whatIsMissingIsUnknown() throws IOException {
        Mappings mappings = parse("10000-20000 rw-p 00000000 00:00 0 \n20000-30000 rw-p 00000000 00:00 0 ");
        assertEquals(2, mappings.size());
        assertEquals(StackMeasure.UNKNOWN, mappings.at(0x10000).rss());
        assertEquals(StackMeasure.UNKNOWN, mappings.at(0x20000).huge());
        assertEquals(StackMeasure.UNKNOWN, mappings.pageSize());
        assertEquals(0, parse("").size());
    }

    @Test
    void whatIsNoMappingOrNoSizeIsPassedOver() throws IOException {
        Mappings mappings = parse("""
                20000-10000 rw-p 00000000 00:00 0
                30000-40000 rw-p 00000000 00:00 0
                Rss:    9223372036854775807 kB
                AnonHugePages:    99999999999999999999 kB
                """);
        assertEquals(1, mappings.size());
        assertEquals(StackMeasure.UNKNOWN, mappings.at(0x30000).rss());
        assertEquals(StackMeasure.UNKNOWN, mappings.at(0x30000).huge());
    }

    @Test
    void thePageSizeIsTheSmallest() throws IOException {
        assertEquals(65536, parse("""
                                10000-20000 rw-p 00000000 00:00 0
                                KernelPageSize:     2048 kB
                                20000-30000 rw-p 00000000 00:00 0
                                KernelPageSize:       64 kB
                                """).pageSize());
    }

    /** The kernel goes on where it stopped, in the middle of a mapping that merged with its neighbour meanwhile. */
    @Test
    void aMappingThatGrewMeanwhileIsNotCountedTwice() throws IOException {
        Mappings mappings = parse("""
                10000-20000 rw-p 00000000 00:00 0
                Rss:                   8 kB
                10000-30000 rw-p 00000000 00:00 0
                Rss:                  24 kB
                28000-30000 rw-p 00000000 00:00 0
                Rss:                   4 kB
                """);
        assertEquals(2, mappings.size());
        assertEquals(8 * 1024, mappings.at(0x10000).rss());
        assertEquals(0x20000, mappings.at(0x20000).start());
        assertEquals(StackMeasure.UNKNOWN, mappings.at(0x20000).rss());
    }
}
