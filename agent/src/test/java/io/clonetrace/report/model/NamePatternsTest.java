package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamePatternsTest {
    /** Parts of names whose patterns depend on what stands before or behind them. */
    private static final List<String> PARTS = List.of(
            "",
            "w",
            "w-",
            "w1-",
            "0x",
            "-0x1f",
            "a1b2c3",
            "7f3a9c1d-1111-2222-3333-",
            "http2",
            "\u0663",
            "1",
            "12",
            "123456789012",
            "#");

    @Test
    void patternIsThatOfTheNameWhateverNameWasBefore() {
        List<String> names = new ArrayList<>();
        PARTS.forEach(first -> PARTS.forEach(second -> PARTS.forEach(third -> names.add(first + second + third))));
        NamePatterns patterns = new NamePatterns();
        for (String before : PARTS) {
            for (String name : names) {
                patterns.of(before + name);
                assertEquals(NamePattern.of(name), patterns.of(name), name);
            }
        }
        for (String name : names) {
            patterns.of(name + "7");
            assertEquals(NamePattern.of(name + "8"), patterns.of(name + "8"), name);
            assertEquals(NamePattern.of(name + "13"), patterns.of(name + "13"), name);
        }
    }

    @Test
    void equalPatternsAreOneObject() {
        NamePatterns patterns = new NamePatterns();
        String pattern = patterns.of("pool-1-thread-1");
        assertEquals("pool-*-thread-*", pattern);
        patterns.of("other");
        assertSame(pattern, patterns.of("pool-2-thread-17"));
        assertSame(pattern, patterns.of("pool-2-thread-18"));
    }

    @Test
    void threadWithoutANameHasOne() {
        NamePatterns patterns = new NamePatterns();
        assertEquals(NamePattern.UNNAMED, patterns.of(null));
        assertEquals(NamePattern.UNNAMED, patterns.of(""));
    }
}
