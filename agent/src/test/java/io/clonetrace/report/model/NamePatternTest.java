package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource({
        "pool-7-thread-12, pool-*-thread-*",
        "http-nio-8080-exec-3, http-nio-*-exec-*",
        "C2 CompilerThread0, C* CompilerThread*",
        "main, main",
        "interface-added, interface-added",
        "session 7f3a9c1d, session *",
        "conn-0x1f, conn-*",
        "req-550e8400-e29b-41d4-a716-446655440000-in, req-*-in",
        "keepalive 3cwzsn2g1d, keepalive *",
        "invoice-a12345, invoice-a*",
        "http2-exec-1, http*-exec-*",
        "Timer-0, Timer-*",
        "feedface, feedface",
        "2024, *",
    })
    void numbersBecomeAStar(String name, String pattern) {
        assertEquals(pattern, NamePattern.of(name));
    }

    @Test
    void variablesAreWhatStandsForTheStars() {
        assertEquals(List.of("7", "12"), NamePattern.variables("pool-7-thread-12"));
        assertEquals(List.of(), NamePattern.variables(null));
    }

    @Test
    void noNameHasAPatternOfItsOwn() {
        assertEquals(NamePattern.UNNAMED, NamePattern.of(null));
        assertEquals(NamePattern.UNNAMED, NamePattern.of(""));
    }
}
