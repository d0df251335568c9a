package io.clonetrace.report.finding;

import static io.clonetrace.report.Recordings.jvm;
import static io.clonetrace.report.SyntheticEvent.ORIGIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.JvmBuilder;
import java.io.IOException;
import java.util.List;

/** What the rules find in a recording that is made here. */
final class Found {
    private static final long MILLI = 1_000_000;

    private Found() {}

    static Finding only(String rule, Recordings.Commits commits) throws IOException {
        return only(rule, Rules.findings(jvm(commits)));
    }

    static Finding only(String rule, List<Finding> found) {
        assertEquals(List.of(rule), found.stream().map(Finding::rule).toList(), found::toString);
        return found.get(0);
    }

    /** In events that a test made, of a recording that ends so many milliseconds after their origin. */
    static List<Finding> in(JvmBuilder builder, long end) {
        builder.enabled("jdk.ThreadEnd");
        builder.at(ORIGIN);
        builder.at(ORIGIN + end * MILLI);
        return Rules.findings(builder.build());
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
