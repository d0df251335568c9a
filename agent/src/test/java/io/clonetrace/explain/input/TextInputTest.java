package io.clonetrace.explain.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.TextLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextInputTest {
    private static final String TEXT = "one\n\n  three\n";

    private static TextInput open(byte[] bytes) throws IOException {
        return new TextInput("in", new ByteArrayInputStream(bytes));
    }

    private static List<String> lines(byte[] bytes) throws IOException {
        List<String> lines = new ArrayList<>();
        try (TextInput input = open(bytes)) {
            for (TextLine line = input.next(); line != null; line = input.next()) {
                lines.add(line.number() + ":" + line.text());
            }
        }
        return lines;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one\n\n  three\n",
                "one\r\n\r\n  three\r\n",
                "one\r\r  three",
                "\u001b[31mone\u001b[0m\n\n\u001b[K  three",
                "\ufeffone\n\n  three",
                "\u001b]0;title\u0007one\n\n  three"
            })
    void theSameLinesHoweverTheyEnd(String text) throws IOException {
        assertEquals(List.of("1:one", "2:", "3:  three"), lines(text.getBytes(UTF_8)));
    }

    @Test
    void theSameLinesInUtf16AndInGzip() throws IOException {
        List<String> expected = lines(TEXT.getBytes(UTF_8));
        assertEquals(expected, lines(TEXT.getBytes(UTF_16LE)));
        assertEquals(expected, lines(TEXT.getBytes(UTF_16BE)));
        assertEquals(expected, lines(("\ufeff" + TEXT).getBytes(UTF_16LE)));
        assertEquals(expected, lines(("\ufeff" + TEXT).getBytes(UTF_16BE)));
        assertEquals(expected, lines(gzip(TEXT.getBytes(UTF_8))));
        assertEquals(expected, lines(gzip(gzip(("\ufeff" + TEXT).getBytes(UTF_16LE)))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "'Nov 29 08:39:30 host java[123]: '",
                "'2026-11-29T08:39:30+0000 host.example my-app[1]: '",
                "'app-1  | '",
                "'2026-11-29T08:39:30.123456789Z stdout F '",
                "'2026-11-29T08:39:30.1234567Z '",
                "'[pod/app-7d9/main] '",
                "'2026-11-29 08:39:30.123 stderr '",
                "'> > '"
            })
    void aLogsPrefixIsNoPartOfTheText(String prefix) throws IOException {
        try (TextInput input = open((prefix + "  0x0001 JavaThread").getBytes(UTF_8))) {
            TextLine line = input.next();
            assertEquals("  0x0001 JavaThread", line.text());
            assertEquals(prefix + "  0x0001 JavaThread", line.raw());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "{\"log\":\"  a \\\"b\\\" \\u003cc\\u003e\\td\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-29T08:39:30Z\"}@'  a \"b\" <c>\td'",
                "{\"stream\":\"stdout\", \"log\": \"a\\n\"}@a",
                "{\"log\":\"cut off@'cut off'"
            })
    void aLineOfDockersLogFile(String line, String text) throws IOException {
        try (TextInput input = open(line.getBytes(UTF_8))) {
            assertEquals(text.replace("\\t", "\t"), input.next().text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[pid 12] 08:39:30 clone(flags=CLONE_VM|CLONE_FS) = 13",
                "7f0001000000-7f0001003000 ---p 00000000 00:00 0",
                "# There is insufficient memory for the Java Runtime Environment to continue.",
                "2026-11-29 08:39:30",
                "Limit                     Soft Limit           Hard Limit           Units     ",
                "\"main\" #1 prio=5 os_prio=0 cpu=12.1ms elapsed=1.0s tid=0x00007f nid=0x1 runnable  [0x00007f]"
            })
    void whatIsNoPrefixStays(String line) throws IOException {
        assertEquals(List.of("1:" + line), lines(line.getBytes(UTF_8)));
    }

    /** Readers of traces undo them on their own. */
    @Test
    void escapesOfHtmlAreUndone() throws IOException {
        String escaped = "&quot;a&#39;s&quot; &lt;b&gt; &amp;amp; & c;";
        try (TextInput input = open(escaped.getBytes(UTF_8))) {
            TextLine line = input.next();
            assertEquals("\"a's\" <b> &amp; & c;", line.text());
            assertEquals(escaped, line.raw());
        }
    }

    @Test
    void aLineIsCutAndCounted() throws IOException {
        byte[] bytes = new byte[3_000_000];
        Arrays.fill(bytes, (byte) 'x');
        bytes[10] = '\n';
        bytes[2_999_998] = '\n';
        try (TextInput input = open(bytes)) {
            assertEquals(10, input.next().text().length());
            assertEquals(1 << 18, input.next().text().length());
            assertEquals("x", input.next().text());
            assertEquals(1, input.cutLines());
            assertEquals(2, input.firstCutLine());
            assertEquals(3_000_000, input.bytesRead());
        }
    }

    @Test
    void aCutGzipFileGivesWhatItHolds() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append(Integer.toHexString(i * 0x9e3779b9)).append('\n');
        }
        byte[] zipped = gzip(text.toString().getBytes(UTF_8));
        try (TextInput input = open(Arrays.copyOf(zipped, zipped.length / 2))) {
            while (input.next() != null) {
                // to the end
            }
            assertTrue(input.lines() > 1_000, () -> input.lines() + " lines");
            assertTrue(input.damage().orElseThrow().contains("cut off after line"));
        }
    }

    @Test
    void aGzipFileThatIsCutWithinItsFirstBytesIsEmptyOrGivesWhatItHolds() throws IOException {
        byte[] zipped = gzip("one\ntwo\n".getBytes(UTF_8));
        for (int length = 3; length < zipped.length; length++) {
            try (TextInput input = open(Arrays.copyOf(zipped, length))) {
                while (input.next() != null) {
                    // to the end
                }
                assertTrue(input.damage().isPresent(), "cut to " + length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PK\u0003\u0004xyz, is a zip archive",
        "FLR\u0000\u0000\u0002\u0000., clonetrace report reads it",
        "JAVA PROFILE 1.0.2, is a heap dump",
        "\u007fELF\u0002\u0001., jhsdb"
    })
    void whatIsNoTextIsNamed(String first, String words) {
        UnreadableInputException refused = assertThrows(
                UnreadableInputException.class,
                () -> open(first.getBytes(ISO_8859_1)).close());
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    @Test
    void binaryDataIsNoText() {
        assertThrows(UnreadableInputException.class, () -> open(new byte[4_096]).close());
    }

    @Test
    void nothingIsNoLine() throws IOException {
        try (TextInput input = new TextInput("in", InputStream.nullInputStream())) {
            assertEquals(null, input.next());
            assertEquals(0, input.lines());
        }
    }
}
