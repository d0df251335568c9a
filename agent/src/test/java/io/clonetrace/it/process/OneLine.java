package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;

/** Failures are reported in one line. */
public final class OneLine {
    private OneLine() {}

    /** Asserts that the agent printed exactly one line, with all these parts in it. */
    public static void said(Run run, String... parts) throws IOException {
        List<String> lines = run.agentLines();
        assertEquals(1, lines.size(), lines::toString);
        for (String part : parts) {
            assertTrue(lines.get(0).contains(part), () -> "\"" + part + "\" is not in: " + lines.get(0));
        }
    }
}
