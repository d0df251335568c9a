package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadDumpTest {
    private static Map<Integer, ThreadDump.Entry> read(String... lines) throws IOException {
        return ThreadDump.read(new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
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
}
