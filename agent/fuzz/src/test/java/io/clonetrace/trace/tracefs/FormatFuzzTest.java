package io.clonetrace.trace.tracefs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Formats of tracefs: of events' records, and of a page. */
class FormatFuzzTest {
    private static final List<String> FIELDS =
            List.of("common_pid", "pid", "clone_flags", "timestamp", "commit", "data");
    private static final int LARGEST_PAGE = 16 << 20;
    private static final Pattern LINE =
            Pattern.compile("\tfield: ?[\\w ]+ (\\w+);\toffset:(\\d{1,9});\tsize:(\\d{1,9});\tsigned:[01];\n");

    @FuzzTest
    void format(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        Format format = new Format(text);
        boolean canonical = LINE.matcher(text).replaceAll("").isEmpty();
        for (String field : FIELDS) {
            check(format, field, canonical ? first(text, field) : null);
        }
        try {
            int size = new PageParser(format).pageSize();
            assertTrue(size > 0 && size <= LARGEST_PAGE, () -> "a page of " + size);
        } catch (IOException refused) {
            // The format describes no page.
        }
    }

    private static void check(Format format, String field, Matcher expected) {
        try {
            int offset = format.offset(field);
            assertTrue(offset >= 0 && format.size(field) >= 0);
            if (expected != null) {
                assertEquals(Integer.parseInt(expected.group(2)), offset);
                assertEquals(Integer.parseInt(expected.group(3)), format.size(field));
            }
        } catch (IOException refused) {
            assertEquals(null, expected, refused::getMessage);
        }
    }

    private static Matcher first(String text, String field) {
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            if (line.group(1).equals(field)) {
                return line;
            }
        }
        return null;
    }
}
