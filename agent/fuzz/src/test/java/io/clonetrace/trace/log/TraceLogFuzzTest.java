package io.clonetrace.trace.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.clone.CloneCall;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Logs as they are posted: no exception, calls that agree with the counts, and no prefix changes a call. */
class TraceLogFuzzTest {
    private static final Pattern FORK = Pattern.compile("([1-9]\\d{0,5}) +v?fork\\(\\) += ([1-9]\\d{0,5})");

    @FuzzTest
    void lines(byte[] log) {
        String text = new String(log, ISO_8859_1);
        Read read = Read.of(text);
        TraceLogCounts counts = read.counts;
        assertEquals(text.lines().count(), counts.lines());
        assertEquals(read.calls.size(), counts.calls());
        assertEquals(
                read.calls.stream()
                        .filter(call -> !call.failed() && call.childTid() == CloneCall.UNKNOWN)
                        .count(),
                counts.withoutResult());
        assertTrue(counts.notRead() >= 0 && counts.notRead() <= counts.lines(), counts::toString);
        assertEquals(counts.notRead() > 0, counts.firstNotRead().isPresent());
        assertTrue(read.lines.stream().allMatch(line -> line > 0 && line <= counts.lines()), counts::toString);
        Matcher fork = FORK.matcher(text);
        if (fork.matches()) {
            for (String prefix : List.of("", "> ", "12:", "web_1  | ", "trace.log:12:")) {
                CloneCall call = Read.of(prefix + text).only();
                assertEquals(fork.group(1), Integer.toString(call.parentTid()), prefix);
                assertEquals(fork.group(2), Integer.toString(call.childTid()), prefix);
            }
        }
    }
}
