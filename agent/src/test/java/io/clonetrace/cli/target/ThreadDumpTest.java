package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.ProcessorTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadDumpTest {
    private static final int MOST = 101;

    private static Map<Integer, ThreadDump.Entry> read(String... lines) throws IOException {
        return ThreadDump.read(
                new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)), MOST);
    }

    @Test
    void inventedThreadsAreNotKept() throws IOException {
        String[] lines = new String[2 * MOST];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "\"invented\" #1 prio=5 nid=" + (i + 1) + " runnable\n";
        }
        assertEquals(MOST, read(lines).size());
    }

    @Test
    void asJdk17And25PrintIt() throws IOException {
        assertEquals(
                Map.of(
                        0x24a0, new ThreadDump.Entry("main", 1, 0x7f67249fe000L),
                        9384, new ThreadDump.Entry("Reference Handler", 9, 0),
                        0x24a7, new ThreadDump.Entry("VM Thread", -1, 0)),
                read(
                        "0",
                        "2026-11-24 06:23:37",
                        "\"main\" #1 prio=5 os_prio=0 cpu=25.20ms tid=0x00007f6720017ea0 nid=0x24a0 waiting on condition  [0x00007f67249fe000]",
                        "   java.lang.Thread.State: TIMED_WAITING (sleeping)",
                        "\"Reference Handler\" #9 [9384] daemon prio=10 os_prio=0 tid=0x00007f67 nid=9384 waiting  [0x0000000000000000]",
                        "\"VM Thread\" os_prio=0 cpu=1.96ms elapsed=2.88s tid=0x00007f67200f4a10 nid=0x24a7 runnable"));
    }

    @Test
    void aNameThatLooksLikeTheRestOfItsLine() throws IOException {
        String name = "a\" #7 prio=5 nid=0x1 b nid=2";
        assertEquals(
                Map.of(0x10, new ThreadDump.Entry(name, 23, 0x7f01L)),
                read(
                        "\"" + name + "\" #23 prio=5 tid=0x00007f nid=0x10 runnable  [0x0000000000007f01]",
                        "\tat nid=0x99"));
    }

    @Test
    void aNameWithLineEnds() throws IOException {
        assertEquals(
                Map.of(0x10, new ThreadDump.Entry("a\nb", 23, 0), 0x11, new ThreadDump.Entry("c", 24, 0)),
                read(
                        "\"a",
                        "b\" #23 prio=5 tid=0x00007f nid=0x10 runnable  [0x0000000000000000]",
                        "   java.lang.Thread.State: RUNNABLE",
                        "\tat Host.main(Host.java:3)",
                        "",
                        "\"c\" #24 prio=5 tid=0x00007f nid=0x11 runnable  [0x0000000000000000]"));
    }

    @Test
    void aLongNameLosesItsMiddle() throws IOException {
        ThreadDump.Entry entry = read("\"" + "x".repeat(10_240)
                        + "\" #23 prio=5 tid=0x00007f nid=0x10 runnable  [0x0000000000007f01]")
                .get(0x10);
        assertEquals(23, entry.id());
        assertEquals(0x7f01L, entry.stackPointer());
        assertTrue(entry.name().matches("x{3000,4096}"), entry.name());
    }

    /** JDK 17 and 25 print an emoji as its two surrogates, of three bytes each. */
    @Test
    void aNameInTheEncodingOfClassFiles() throws IOException {
        byte[] dump = ("\"\u00ed\u00a0\u00bd\u00ed\u00b8\u0080 \u00e4\u00b8\u00ad\" #7 prio=5 nid=0x10 runnable\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                Map.of(0x10, new ThreadDump.Entry("\ud83d\ude00 \u4e2d", 7, 0)),
                ThreadDump.read(new ByteArrayInputStream(dump), MOST));
    }

    /** HotSpot prints a thread that is about to start or has ended so; and a name may hold anything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nid=0xffffffff",
                "nid=NA",
                "nid=99999999999999999999",
                "nid=0x99999999999999999999",
                "nid=4294967297",
                "nid=0",
                "nid=",
                "nid=0x",
            })
    void unparsableNidLosesOneThreadOnly(String nid) throws IOException {
        assertEquals(
                Map.of(0x10, new ThreadDump.Entry("before", 1, 0), 0x11, new ThreadDump.Entry("behind", 3, 0)),
                read(
                        "\"before\" #1 prio=5 tid=0x00007f nid=0x10 runnable  [0x0000000000000000]",
                        "",
                        "\"broken\" #2 prio=5 tid=0x00007f " + nid + " runnable  [0x0000000000000000]",
                        "",
                        "\"behind\" #3 prio=5 tid=0x00007f nid=0x11 runnable  [0x0000000000000000]"));
    }

    @Test
    void numberOfTooManyDigitsIsNone() throws IOException {
        assertEquals(
                Map.of(0x10, new ThreadDump.Entry("a", -1, 0)),
                read("\"a\" #99999999999999999999 prio=5 tid=0x00007f nid=0x10 runnable"));
    }

    /** The time that a line takes may not grow with its square. */
    @ParameterizedTest
    @ValueSource(strings = {"\"", "\" ", "\" #1 nid=0", " nid=0x1", "\"\n", "\" #1 nid=\n", "\" #1 ["})
    void hostileDumpIsReadInTime(String part) {
        ProcessorTime.bounded(() -> read("\"" + part.repeat(1_000_000), "", "\"" + part.repeat(3_000)));
    }
}
