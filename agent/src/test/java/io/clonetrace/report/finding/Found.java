package io.clonetrace.report.finding;

import static io.clonetrace.report.Recordings.jvm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.util.List;

/** What the rules find in a recording that is made here. */
final class Found {
    private Found() {}

    static Finding only(String rule, Recordings.Commits commits) throws IOException {
        List<Finding> found = Rules.findings(jvm(commits));
        assertEquals(List.of(rule), found.stream().map(Finding::rule).toList(), found::toString);
        return found.get(0);
    }

    static void nothing(Recordings.Commits commits) throws IOException {
        assertEquals(List.of(), Rules.findings(jvm(commits)));
    }

    static void assertSays(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> part + " is not in: " + text);
        }
    }
}
