package io.clonetrace.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitLineTest {
    private static final int TERMINAL = 79;
    private static final long LARGEST_PID = 4 << 20;
    private static final long LONGEST_WAIT = 6000;

    /** What the commands wait for, with the largest numbers, fits on a terminal's line: it would be cut there. */
    @ParameterizedTest
    @ValueSource(strings = {"JVM %d loads the agent", "JVM %d ends its agent", "JVM %d writes its recording"})
    void longestLineFits(String what) {
        String line = WaitLine.text(String.format(what, LARGEST_PID), LONGEST_WAIT);
        assertEquals(line.substring(0, Math.min(TERMINAL, line.length())), line);
    }
}
