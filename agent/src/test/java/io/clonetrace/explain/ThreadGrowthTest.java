package io.clonetrace.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadGrowthTest {
    /** A dump of HotSpot 17 at that second, with the threads leak-FIRST to leak-LAST. */
    private static String dump(int second, String jvm, int first, int last) {
        StringBuilder dump = new StringBuilder("2026-11-29 12:51:%02d\n".formatted(second)
                + "Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):\n\n"
                + "\"main\" #1 prio=5 os_prio=0 cpu=1.00ms elapsed=1.00s tid=0x00007f0000000010 nid=0x10 runnable  [0x1]\n\n"
                + "\"Reference Handler\" #2 daemon prio=10 os_prio=0 cpu=1.00ms elapsed=1.00s tid=" + jvm
                + " nid=0x11 waiting on condition  [0x2]\n\n");
        for (int i = first; i <= last; i++) {
            dump.append("\"leak-%d\" #%d daemon prio=5 os_prio=0 cpu=1.00ms elapsed=1.00s tid=0x%016x nid=0x%x"
                    .formatted(i, 100 + i, 0x7f0000001000L + i, 0x1000 + i));
            dump.append(" waiting on condition  [0x00007f0000002000]\n\n");
        }
        return dump + "JNI global refs: 7, weak refs: 0\n\n";
    }

    private static final String ONE = "0x00007f0000000011";
    private static final String OTHER = "0x00007f0000000099";

    private static List<Finding> findings(String... dumps) {
        Explained explained = new Explained();
        for (int i = 0; i < dumps.length; i++) {
            explained.text("d" + (i + 1) + ".txt", dumps[i]);
        }
        return explained.explanation().findings().stream()
                .filter(finding -> finding.rule().equals("thread-growth"))
                .toList();
    }

    @Test
    void threadsThatEachDumpHasMoreOf() {
        Finding growth = findings(dump(51, ONE, 1, 11), dump(56, ONE, 1, 23), dump(59, ONE, 1, 41))
                .get(0);

        assertEquals(Severity.WARNING, growth.severity());
        assertEquals("Each dump has more threads leak-*: 11, 23, 41.", growth.summary());
        assertEquals(
                "The dumps are of one JVM: thread \"Reference Handler\" has tid=" + ONE + " nid=17 in each"
                        + " (d1.txt:4-28 of 2026-11-29 12:51:51, d2.txt:4-52 of 2026-11-29 12:51:56,"
                        + " d3.txt:4-88 of 2026-11-29 12:51:59). Of the 11 threads in the first, all are in the last.",
                growth.evidence());
        assertTrue(growth.advice().startsWith("See what they run, d3.txt:88 and below"), growth.advice());
    }

    /** As a shell's * or a mail's attachments have them. */
    @Test
    void dumpsAreInTheOrderOfTheirTime() {
        assertEquals(
                "Each dump has more threads leak-*: 11, 23, 41.",
                findings(dump(59, ONE, 1, 41), dump(51, ONE, 1, 11), dump(56, ONE, 1, 23))
                        .get(0)
                        .summary());
    }

    @Test
    void twoDumpsAreNoSeriesAndOthersThreadsMayHaveEnded() {
        Finding growth = findings(dump(51, ONE, 1, 11), dump(56, ONE, 11, 41)).get(0);

        assertEquals(Severity.NOTE, growth.severity());
        assertEquals("There are more threads leak-* in the second dump: 11, 31.", growth.summary());
        assertTrue(growth.evidence().endsWith(" Of the 11 threads in the first, 1 is in the last."), growth.evidence());
    }

    @Test
    void otherDumpsDoNotGrow() {
        assertEquals(List.of(), findings(dump(51, ONE, 1, 11), dump(56, OTHER, 1, 41)), "of another JVM");
        assertEquals(
                List.of(), findings(dump(51, ONE, 1, 11), dump(56, ONE, 1, 41), dump(59, ONE, 1, 31)), "fewer again");
        assertEquals(List.of(), findings(dump(51, ONE, 1, 11), dump(56, ONE, 1, 19)), "few more");
        assertEquals(List.of(), findings(dump(51, ONE, 1, 100), dump(56, ONE, 1, 113)), "few more of many");
        assertEquals(List.of(), findings(dump(51, ONE, 1, 41)), "one dump");
    }
}
