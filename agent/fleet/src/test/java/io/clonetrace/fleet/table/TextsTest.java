package io.clonetrace.fleet.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void whatUtf8CanHoldStays() {
        String text = "'; DROP TABLE thread; --\n\t\"\\ \u00e9\u4e2d \ud83d\ude00";
        assertSame(text, Texts.valid(text));
        assertNull(Texts.valid(null));
    }

    @Test
    void halfASurrogatePairIsEscaped() {
        assertEquals("a\\ud83db", Texts.valid("a\ud83db"));
        assertEquals("\\ude00\ud83d\ude00\\ud83d", Texts.valid("\ude00\ud83d\ude00\ud83d"));
    }

    @Test
    void theEndOfATextInCIsEscaped() {
        assertEquals("a\\u0000b", Texts.valid("a\0b"));
    }

    @Test
    void aHostNameIsOneFolder() {
        LocalDate day = LocalDate.of(2026, 11, 29);
        assertEquals("day=2026-11-29/host=web-1", new Partition(day, "web-1").folder());
        assertEquals("day=2026-11-29/host=%2E.%2F..%2Fetc%3D1", new Partition(day, "../../etc=1").folder());
        assertEquals("day=__HIVE_DEFAULT_PARTITION__/host=__HIVE_DEFAULT_PARTITION__", Partition.UNKNOWN.folder());
        assertEquals(200, new Partition(day, "x".repeat(1000)).folder().length() - "day=2026-11-29/host=".length());
    }
}
