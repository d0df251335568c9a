package io.clonetrace.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process's smaps, and its threads' syscall files. */
class MappingsFuzzTest {
    private static final Pattern HEADER = Pattern.compile(
            "([0-9a-f]{1,15})-([0-9a-f]{1,15}) [r-][w-][x-][ps] [0-9a-f]{8} [0-9a-f]{2}:[0-9a-f]{2} \\d{1,9} *(/[a-z]*)?\n"
                    + "Rss: +(\\d{1,9}) kB\n");
    private static final Pattern SYSCALL =
            Pattern.compile("\\d{1,3}( 0x[0-9a-f]{1,16}){6} 0x([0-9a-f]{1,16}) 0x[0-9a-f]{1,16}");

    @FuzzTest
    void mappings(byte[] bytes) throws IOException {
        Mappings mappings = SmapsParser.read(new ByteArrayInputStream(bytes));
        long end = 0;
        for (int i = 0; i < mappings.size(); i++) {
            Mapping mapping = mappings.get(i);
            assertTrue(mapping.start() >= end && mapping.end() > mapping.start(), mapping::toString);
            assertTrue(mapping.rss() >= StackMeasure.UNKNOWN && mapping.huge() >= StackMeasure.UNKNOWN);
            assertEquals(mapping, mappings.atOrAbove(mapping.start()));
            end = mapping.end();
        }
        String text = new String(bytes, ISO_8859_1);
        if (HEADER.matcher(text).replaceAll("").isEmpty()) {
            checkNumbers(HEADER.matcher(text).results().toList(), mappings);
        }
        OptionalLong pointer = StackPointer.parse(text);
        Matcher syscall = SYSCALL.matcher(text);
        if (syscall.matches()) {
            assertEquals(Long.parseUnsignedLong(syscall.group(2), 16), pointer.orElse(0));
        }
    }

    private static void checkNumbers(List<MatchResult> headers, Mappings mappings) {
        List<List<Long>> expected = new ArrayList<>();
        long end = 0;
        for (MatchResult header : headers) {
            long from = Long.parseLong(header.group(1), 16);
            long to = Long.parseLong(header.group(2), 16);
            if (from < end || from >= to) {
                return; // not as the kernel sorts them
            }
            expected.add(List.of(from, to, Long.parseLong(header.group(4)) * 1024));
            end = to;
        }
        assertEquals(expected.size(), mappings.size());
        for (int i = 0; i < expected.size(); i++) {
            Mapping mapping = mappings.get(i);
            assertEquals(expected.get(i), List.of(mapping.start(), mapping.end(), mapping.rss()));
        }
    }
}
