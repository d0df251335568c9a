package io.clonetrace.explain.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.Reading;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryReadersTest {
    private static Reading summary(String text) {
        return Reading.of(text, NativeMemoryReader::new);
    }

    @ParameterizedTest
    @CsvSource({
        "jdk17-native-memory.txt, UNKNOWN 32 29360128 2220032 29-30",
        "jdk17-native-memory-diff.txt, UNKNOWN 32 29360128 2224128 27-28",
        "jdk11-native-memory.txt, UNKNOWN 30 28405760 2154496 26-27",
        "jdk21-native-memory.txt, UNKNOWN 34 30408704 2535424 29-30",
        "jdk25-native-memory.txt, UNKNOWN 35 30932992 2715648 29-30",
        "jdk25-native-memory-bytes.txt, UNKNOWN 35 30932992 2715648 27-28",
        "jdk25-native-memory-mb.txt, UNKNOWN 35 31457280 3145728 28-29"
    })
    void nativeMemory(String file, String total) {
        Reading reading = Reading.resource("memory/" + file, NativeMemoryReader::new);
        assertEquals(List.of(total), reading.totals());
        assertEquals(List.of(), reading.gaps());
        // jcmd's own first line, the pid.
        assertEquals(1, reading.left().size(), reading.left()::toString);
    }

    @Test
    void anOmittedSectionSaysSo() {
        Reading reading = Reading.resource("memory/jdk25-native-memory-gb.txt", NativeMemoryReader::new);
        assertEquals(List.of(), reading.totals());
        assertEquals(
                List.of(
                        "Threads weigh less than 1 GB and were omitted; jcmd PID VM.native_memory scale=KB lists them."),
                reading.gaps());
    }

    /** JDK 8 and the diff form, by HotSpot's memReporter.cpp; figures from public reports. */
    @Test
    void jdk8CountsAllOfAStackAsCommitted() {
        Reading reading = summary("""
                Native Memory Tracking:

                Total: reserved=1512KB +31KB, committed=1200KB -3KB

                -                    Thread (reserved=21591KB, committed=21591KB)
                                            (thread #21 +6)
                                            (stack: reserved=21504KB +6144KB, committed=21504KB +6144KB)
                                            (malloc=63KB #117 +3)
                                            (arena=25KB #38)

                -                      Code (reserved=249633KB, committed=2569KB)
                """);
        assertEquals(List.of("UNKNOWN 21 22020096 22020096 6-7"), reading.totals());
        assertEquals(
                List.of(
                        "Since the baseline: +6 threads.",
                        "How much of the stacks is in memory is not stated: JDK 8 to 10 count all of a stack as committed"
                                + " (JDK-8191369)."),
                reading.gaps());
    }

    @Test
    void aWholeSummaryOfJdk8() {
        Reading reading = Reading.resource("memory/jdk8-native-memory.txt", NativeMemoryReader::new);
        assertEquals(List.of("UNKNOWN 32 29884416 29884416 15-16"), reading.totals());
        assertEquals(
                List.of(
                        "How much of the stacks is in memory is not stated: JDK 8 to 10 count all of a stack as committed"
                                + " (JDK-8191369)."),
                reading.gaps());
    }

    @Test
    void aSummaryThatIsCutOff() {
        assertEquals(
                List.of("The summary is cut off: it has no threads."),
                summary("Native Memory Tracking:\n\nTotal: reserved=1512KB, committed=1200KB\n")
                        .gaps());
    }

    /** The JVM's own count: 32 in jdk17-native-memory.txt, of them 25 in the thread dump's list of Java threads. */
    @Test
    void mapsHaveTheStacksThatTheJvmCounts() {
        Reading reading = Reading.resource("memory/jdk17-maps.txt", MappingsReader::new);
        assertEquals(List.of("MAPPINGS 213 1-214"), reading.uses());
        assertEquals(List.of("UNKNOWN 32 29388800 -1 1-214"), reading.totals());
        assertEquals(
                List.of(
                        "The list does not say what a mapping is for: as stacks count 32 writable mappings right above a"
                                + " guard of at most 64 KiB; 25 of the guards are larger than a page, as those of Java threads."),
                reading.gaps());
        assertEquals(List.of(), reading.left());
    }

    /** In memory by {@code grep -A1} over the same smaps; 35 are in jdk25-native-memory.txt. */
    @Test
    void smapsHaveWhatOfTheStacksIsInMemory() {
        Reading reading = Reading.resource("memory/jdk25-smaps.txt", MappingsReader::new);
        assertEquals(List.of("UNKNOWN 35 30961664 2256896 1-655"), reading.totals());
        assertEquals(List.of("MAPPINGS 218 1-655"), reading.uses());
        assertEquals(List.of(), reading.left());
    }

    @Test
    void mapsThatAreCutOffHaveAtLeast() {
        String maps = Reading.text("memory/jdk17-maps.txt");
        Reading reading = Reading.of(maps.substring(0, maps.indexOf("[stack]") - 100), MappingsReader::new);
        assertTrue(reading.uses().get(0).matches("MAPPINGS \\d+ at least .*"), reading.uses()::toString);
        assertTrue(reading.gaps().get(0).startsWith("The list is cut off"));
        assertEquals(2, Reading.of(maps + maps, MappingsReader::new).documents().size());
    }

    @Test
    void systemMapNamesTheThreadOfAStack() {
        Reading reading = Reading.resource("memory/jdk25-system-map.txt", SystemMapReader::new);
        assertEquals(List.of("UNKNOWN 35 30932992 2277376 75-188"), reading.totals());
        assertEquals(List.of("MAPPINGS 228 262"), reading.uses());
        assertEquals(35, reading.document().listed(ThreadKind.UNKNOWN));
        assertEquals(1, reading.names(ThreadKind.UNKNOWN).get("http-nio-8080-exec-4"));
        assertEquals(524288, reading.document().threads().get(0).stackSize());
        assertEquals(List.of(), reading.gaps());
    }

    /** No thread has the tid 0. */
    @Test
    void aStackWithoutATidIsNoThreads() {
        String map = Reading.text("memory/jdk25-system-map.txt").replace("STACK-803-", "STACK-0-");
        Reading reading = Reading.of(map, SystemMapReader::new);
        assertEquals(34, reading.document().listed(ThreadKind.UNKNOWN));
        assertEquals(List.of("MAPPINGS 228 262"), reading.uses());
    }

    @Test
    void aSystemMapThatIsCutOff() {
        String map = Reading.text("memory/jdk25-system-map.txt");
        Reading reading = Reading.of(map.substring(0, map.indexOf("\n\nNumber of")), SystemMapReader::new);
        assertTrue(reading.uses().get(0).startsWith("MAPPINGS 228 at least "), reading.uses()::toString);
        assertEquals(List.of("The map is cut off: it has no line \"Number of mappings\"."), reading.gaps());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "deadbeef-cafe",
                "0x0000000022000000-0x0000000022001000",
                "0x0000000022001000-0x0000000022000000          4096 rw-p         4096        0      4K com  STACK-7-main  -",
                "0x0000000022000000-0x0000000022001000          8192 rw-p         4096        0      4K com  STACK-7-main  -",
                "7f0000002000-7f0000001000 rw-p 00000000 00:00 0",
                "7f0000001000-7f0000001000 rw-p 00000000 00:00 0",
                "[0x00007f00 - 0x00007f01] reserved 4KB",
                "- item (reserved=1KB, committed=1KB)",
                "Number of mappings: 5",
                "Rss: 5 kB"
            })
    void otherLinesAreLeft(String line) {
        assertEquals(List.of(), summary(line).documents());
        assertEquals(List.of(), Reading.of(line, MappingsReader::new).documents());
        assertEquals(List.of(), Reading.of(line, SystemMapReader::new).documents());
    }
}
