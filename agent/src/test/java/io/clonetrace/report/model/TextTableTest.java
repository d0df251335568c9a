package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class TextTableTest {
    private static final int MORE_THAN_FIT = 100_003;

    /** An object of its own. */
    private static String text(int number) {
        return "text-" + number;
    }

    @Test
    void equalTextsAreOneObject() {
        TextTable table = new TextTable();
        String first = table.one(text(7));
        assertSame(first, table.one(text(7)));
        table.one(text(11));
        assertEquals(text(7), table.one(text(7)));
    }

    @Test
    void textThatComesTwiceInARowIsOneObjectHoweverManyCameBefore() {
        TextTable table = new TextTable();
        for (int number = 0; number < MORE_THAN_FIT; number++) {
            String first = table.one(text(number));
            assertEquals(text(number), first);
            assertSame(first, table.one(text(number)));
        }
    }
}
