package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LineBudgetTest {
    private static final int SEGMENTS = 64;

    private final LineBudget budget = new LineBudget(SEGMENTS);

    private final class Reader implements LineBudget.Holder {
        private int held;
        private int lost;

        Reader() {
            budget.join(this);
        }

        Reader takeAll() {
            while (budget.take(this) != null) {
                held++;
            }
            return this;
        }

        @Override
        public int held() {
            return held;
        }

        @Override
        public byte[] giveUp() {
            held--;
            lost++;
            return new byte[LineBudget.SEGMENT];
        }
    }

    @Test
    void laterHolderGetsAnEqualShare() {
        Reader first = new Reader().takeAll();
        assertEquals(SEGMENTS, first.held);
        Reader second = new Reader().takeAll();
        assertEquals(SEGMENTS / 2, first.held);
        assertEquals(SEGMENTS / 2, second.held);
        assertEquals(SEGMENTS / 2, first.lost);
        Reader third = new Reader().takeAll();
        assertEquals(SEGMENTS, first.held + second.held + third.held);
        assertTrue(third.held >= SEGMENTS / 3 - 1, () -> "" + third.held);
    }

    @Test
    void returnedSegmentsCanBeTakenAgain() {
        Reader reader = new Reader().takeAll();
        assertNull(budget.take(reader));
        budget.give(1);
        assertNotNull(budget.take(reader));
    }

    @Test
    void formerHolderGivesUpNothing() {
        Reader left = new Reader().takeAll();
        budget.leave(left);
        assertEquals(0, new Reader().takeAll().held);
        assertEquals(0, left.lost);
    }
}
