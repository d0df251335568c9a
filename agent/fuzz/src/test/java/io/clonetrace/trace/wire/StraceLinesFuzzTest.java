package io.clonetrace.trace.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.clone.CloneCall;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Traces: no exception, every line accounted for, whatever the pieces in which they come. */
class StraceLinesFuzzTest {
    private static final int PIECE = 7;
    private static final Pattern FORK = Pattern.compile("([1-9]\\d{0,5}) +v?fork\\(\\) += ([1-9]\\d{0,5})\n");

    @FuzzTest
    void lines(byte[] trace) {
        Told told = Told.of(trace, 1, Integer.MAX_VALUE);
        LineCounts counts = told.counts;
        String text = new String(trace, ISO_8859_1);
        assertEquals(lines(text), counts.lines());
        assertEquals(told.calls().size(), counts.clones() + counts.failures());
        long given = counts.clones() + counts.failures() + counts.ignored() + counts.truncated() + counts.unresumed();
        assertTrue(given <= counts.lines() && counts.lost() >= 0, counts::toString);
        for (CloneCall call : told.calls()) {
            assertEquals(call.failed(), call.childTid() == CloneCall.UNKNOWN, call::toString);
        }
        assertTrue(told.origins.stream().allMatch(origin -> origin == null || origin.isDone()));
        Told inPieces = Told.of(trace, 1, PIECE);
        assertEquals(told.all, inPieces.all);
        assertEquals(counts, inPieces.counts);
        Matcher fork = FORK.matcher(text);
        if (fork.matches()) {
            CloneCall call = told.onlyCall();
            assertEquals(
                    List.of(Integer.valueOf(fork.group(1)), Integer.valueOf(fork.group(2))),
                    List.of(call.parentTid(), call.childTid()));
        }
    }

    private static long lines(String text) {
        long newlines = text.chars().filter(c -> c == '\n').count();
        return newlines + (text.isEmpty() || text.endsWith("\n") ? 0 : 1);
    }
}
