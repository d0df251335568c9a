package io.clonetrace.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackTableTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "main, 'main      '",
                "0123456789abc, '0123456789'",
                "\u5de5\u4f5c\u7ebf\u7a0b, '\u5de5\u4f5c\u7ebf\u7a0b  '",
                "a\u5de5\u4f5c\u7ebf\u7a0b\u6c60, 'a\u5de5\u4f5c\u7ebf\u7a0b '",
                "\ud83d\ude00\ud83d\ude00, '\ud83d\ude00\ud83d\ude00      '",
                "e\u0301t\u00e9, 'e\u0301t\u00e9       '",
                "x\u001b[2J\u202ex, 'x?[2J?x   '",
            })
    void aNameTakesTenColumns(String name, String shown) {
        assertEquals(shown.substring(1, shown.length() - 1), StackTable.columns(name, 10));
    }

    /** Thousands of marks on one letter. */
    @Test
    void marksAreNotEndless() {
        assertTrue(StackTable.columns("a" + "\u0301".repeat(10_000), 10).length() < 30);
    }
}
