package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShownOutputTest {
    private static final String PRINTED = """
            head, pid 77

            warning: Possible leak: a.B.handle:40 uses 1,203
                     executors; none was shut down.
               They came 9.8 a second, within 3 min. Their stacks reserve 1.2 GiB, of which
               900 KiB are touched.
            created  alive
                 61    +61  a.B.handle:40
            end of a line that goes on
            """;

    @Test
    void figuresUnitsBreaksAndSeverityMayDiffer() {
        assertEquals(
                List.of(),
                ShownOutput.missing(
                        List.of(
                                "...",
                                "problem: Possible leak: a.B.handle:40 uses 17 executors; none",
                                "         was shut down.",
                                "   They came 11 a second, within 27 s. Their stacks reserve 309 MiB, of which 27",
                                "   MiB are touched. At this rate kernel.pid_max, 32,768, is reached in 45 min.",
                                "...",
                                "  317   +317  a.B.handle:40",
                                "end of ..."),
                        PRINTED));
    }

    @Test
    void aRecordingsFolderMayDifferAndBreakAtItsSlashes() {
        List<String> shown = List.of("  recording: fixed.jfr");
        assertEquals(List.of(), ShownOutput.missing(shown, "  recording: /a/b-7/fixed.jfr"));
        assertEquals(List.of(), ShownOutput.missing(shown, "  recording:\n  /a/long/folder/\n  b-7/\n  fixed.jfr\n"));
        assertEquals(List.of("recording: fixed.jfr"), ShownOutput.missing(shown, "  recording: /a/fixed/other.jfr"));
    }

    @Test
    void otherWordsAndAnotherOrderAreMissed() {
        assertEquals(List.of("uses # pools"), ShownOutput.missing(List.of("uses 17 pools"), PRINTED));
        assertEquals(
                List.of("head, pid #"), ShownOutput.missing(List.of("created  alive", "...", "head, pid 5"), PRINTED));
    }
}
