package io.clonetrace.explain.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Reading;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadFileReaderTest {
    private static final String NO_VM_THREADS = "Threads of the VM (GC, compiler) are not listed in this form.";

    private static final String JDK_21 = """
            4242
            2026-11-29T08:39:31.261421187Z
            21.0.4+7

            #1 "main"
                  java.base/java.lang.Thread.getStackTrace(Thread.java:2450)
                  Many.main(Many.java:15)

            #9 "Signal Dispatcher"

            #22 "" virtual
                  java.base/java.lang.VirtualThread.run(VirtualThread.java:309)

            """;

    private static Reading read(String text) {
        return Reading.of(text, ThreadFileReader::new);
    }

    /** The counts are {@code grep -c '^#.* virtual '} and of the other lines with a number sign. */
    @Test
    void jdk25() {
        Reading reading = Reading.resource("dump/jdk25-dump-to-file.txt", ThreadFileReader::new);
        Document dump = reading.document();
        assertEquals(24, dump.listed(ThreadKind.JAVA) + dump.listed(ThreadKind.VM));
        assertEquals(
                Map.of("Attach Listener", 1L, "Notification Thread", 1L, "Signal Dispatcher", 1L),
                reading.names(ThreadKind.VM));
        assertEquals(14, dump.listed(ThreadKind.VIRTUAL));
        assertEquals(1, reading.names(ThreadKind.JAVA).get("it's \"quoted\" #9 prio=5"));
        assertEquals(
                "TIMED_WAITING", dump.threads().get(dump.threads().size() - 1).state());
        assertEquals("672", dump.fact(Fact.Name.PID).orElseThrow().value());
        assertEquals("1-323", dump.place().lines());
        // A line of digits alone may be anything.
        assertEquals(List.of("672"), reading.left());
        assertEquals(List.of(NO_VM_THREADS), reading.gaps());
    }

    /** The counts are {@code grep -c '^#.* virtual'} and of the other lines with a number sign. */
    @Test
    void aWholeFileOfJdk21() {
        Reading reading = Reading.resource("dump/jdk21-dump-to-file.txt", ThreadFileReader::new);
        Document dump = reading.document();
        assertEquals(23, dump.listed(ThreadKind.JAVA) + dump.listed(ThreadKind.VM));
        assertEquals(14, dump.listed(ThreadKind.VIRTUAL));
        assertEquals("1-293", dump.place().lines());
        assertEquals(List.of(NO_VM_THREADS), reading.gaps());
    }

    @Test
    void jdk21() {
        Reading reading = read("before\n" + JDK_21);
        assertEquals(Map.of("main", 1L), reading.names(ThreadKind.JAVA));
        assertEquals(Map.of("", 1L), reading.names(ThreadKind.VIRTUAL));
        assertEquals(
                "21.0.4+7", reading.document().fact(Fact.Name.JVM).orElseThrow().value());
        assertEquals(List.of("before", "4242"), reading.left());
    }

    @Test
    void twoDumps() {
        assertEquals(2, read(JDK_21 + JDK_21).documents().size());
    }

    @Test
    void withoutItsFirstLinesAFrameShowsThatItIsADump() {
        Reading reading = read(JDK_21.substring(JDK_21.indexOf("#1")));
        assertEquals(Map.of("main", 1L), reading.names(ThreadKind.JAVA));
        assertEquals(
                List.of(
                        "The dump lacks its first lines (pid, time, version): threads may be missing too.",
                        NO_VM_THREADS),
                reading.gaps());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#1 \"main\"",
                "#1 \"main\"\n\n#2 \"x\"",
                "4242",
                "# comment",
                "4242\n2026-11-29T08:39:31Z\nx"
            })
    void otherLinesAreLeft(String text) {
        assertEquals(List.of(), read(text).documents());
    }
}
