package io.clonetrace.explain.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Reading;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDumpReaderTest {
    private static final String NO_VM_THREADS = "Threads of the VM (GC, compiler) are not listed in this form.";

    /** JDK 21's jdk.internal.vm.ThreadDumper: strings for numbers, neither state nor mark of virtual threads. */
    private static final String JDK_21 = """
            {
              "threadDump": {
                "processId": "4242",
                "time": "2026-11-29T08:39:31.603005Z",
                "runtimeVersion": "21.0.4+7-LTS",
                "threadContainers": [
                  {
                    "container": "<root>",
                    "parent": null,
                    "owner": null,
                    "threads": [
                     {
                       "tid": "1",
                       "name": "main \\"quoted\\" \\u00e4 \\/",
                       "stack": [
                          "java.base\\/java.lang.Thread.sleep0(Native Method)",
                          "Many.main(Many.java:15)"
                       ]
                     },
                     {
                       "tid": "9",
                       "name": "Signal Dispatcher",
                       "stack": [
                       ]
                     }
                    ],
                    "threadCount": "2"
                  },
                  {
                    "container": "java.util.concurrent.ThreadPerTaskExecutor@1b2c3d",
                    "parent": "<root>",
                    "owner": null,
                    "threads": [
                     {
                       "tid": "22",
                       "name": "",
                       "stack": [
                          "java.base\\/java.lang.VirtualThread.park(VirtualThread.java:582)",
                          "java.base\\/java.lang.VirtualThread.run(VirtualThread.java:309)"
                       ]
                     }
                    ],
                    "threadCount": "1000"
                  }
                ]
              }
            }
            """;

    private static Reading read(String text) {
        return Reading.of(text, JsonDumpReader::new);
    }

    /** The counts are {@code grep -c '"tid":'} and {@code grep -c '"virtual": true'}. */
    @Test
    void jdk25() {
        Reading reading = Reading.resource("dump/jdk25-dump-to-file.json", JsonDumpReader::new);
        Document dump = reading.document();
        assertEquals(List.of(), reading.left());
        assertEquals(24, dump.listed(ThreadKind.JAVA) + dump.listed(ThreadKind.VM));
        assertEquals(14, dump.listed(ThreadKind.VIRTUAL));
        assertEquals(1, reading.names(ThreadKind.JAVA).get("it's \"quoted\" #9 prio=5"));
        assertEquals("672", dump.fact(Fact.Name.PID).orElseThrow().value());
        assertEquals("25.0.3+9-LTS", dump.fact(Fact.Name.JVM).orElseThrow().value());
        assertEquals("RUNNABLE", dump.threads().get(0).state());
        assertEquals(3, dump.threads().get(0).javaId());
        assertEquals(List.of(NO_VM_THREADS), reading.gaps());
    }

    /** Of a thread without a frame, JDK 21 does not tell whether it is virtual. */
    @Test
    void jdk21() {
        Reading reading = Reading.resource("dump/jdk21-dump-to-file.json", JsonDumpReader::new);
        Document dump = reading.document();
        assertEquals(List.of(), reading.left());
        assertEquals(21, dump.listed(ThreadKind.JAVA) + dump.listed(ThreadKind.VM));
        assertEquals(14, dump.listed(ThreadKind.VIRTUAL));
        assertEquals(Map.of("Signal Dispatcher", 1L, "Notification Thread", 1L), reading.names(ThreadKind.UNKNOWN));
        assertEquals(List.of(NO_VM_THREADS), reading.gaps());
    }

    @Test
    void theSameInOneLine() {
        String text = Reading.text("dump/jdk25-dump-to-file.json");
        Document dump = read("other\n" + text.replaceAll("\\s*\n\\s*", "").replace(": ", ":") + "\nother")
                .document();
        assertEquals(24, dump.listed(ThreadKind.JAVA) + dump.listed(ThreadKind.VM));
        assertEquals(14, dump.listed(ThreadKind.VIRTUAL));
    }

    @Test
    void jdk21HasNoMarkOfVirtualThreads() {
        Reading reading = read(JDK_21);
        assertEquals(Map.of("main \"quoted\" ä /", 1L), reading.names(ThreadKind.JAVA));
        assertEquals(Map.of("Signal Dispatcher", 1L), reading.names(ThreadKind.UNKNOWN));
        assertEquals(Map.of("", 1L), reading.names(ThreadKind.VIRTUAL));
        assertEquals(
                List.of(
                        "999 more threads are only counted: the JVM does not list virtual threads that are started"
                                + " without a container (-Djdk.trackAllThreads).",
                        NO_VM_THREADS),
                reading.gaps());
        assertEquals(List.of(), reading.left());
    }

    @Test
    void twoDumps() {
        assertEquals(2, read(JDK_21 + JDK_21).documents().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 600, 900})
    void cutOff(int length) {
        Reading reading = read(JDK_21.substring(0, length) + "\n\nHTTP/1.1 200 OK\n");
        assertTrue(reading.gaps().get(0).startsWith("The dump is cut off, or broken, after line "));
        assertTrue(reading.left().contains("HTTP/1.1 200 OK"), reading.left()::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "\"threadDump", "{\"threads\": []}", "a \"threadDump\" b"})
    void otherLinesAreLeft(String line) {
        assertEquals(List.of(), read(line).documents());
    }

    @Test
    void whatIsNestedDeeperThanAnyDumpIsPassedOver() {
        assertEquals(
                0,
                read("\"threadDump\": " + "{\"a\":[".repeat(100_000) + "]}".repeat(100_000))
                        .document()
                        .threads()
                        .size());
    }
}
