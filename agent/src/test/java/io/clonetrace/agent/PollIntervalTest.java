package io.clonetrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PollIntervalTest {
    private final PollInterval interval = new PollInterval();

    private long after(int looks, boolean nothing) {
        long nanos = 0;
        for (int i = 0; i < looks; i++) {
            nanos = interval.nanos(nothing, false);
        }
        return nanos;
    }

    @Test
    void intervalGrowsAfterManyQuietPasses() {
        long first = after(1, true);
        assertEquals(first, after(98, true));
        assertTrue(after(1, true) > first);
    }

    @Test
    void intervalIsShortAgainAfterOneRecord() {
        long first = after(1, false);
        after(1_000, true);
        assertEquals(first, after(1, false));
        assertEquals(first, after(1, true));
    }

    @Test
    void intervalOfASourceThatRingsIsLongFromItsFirstQuietPass() {
        assertTrue(interval.nanos(false, true) > after(1, false));
        assertTrue(interval.nanos(true, true) > interval.nanos(false, true));
    }
}
