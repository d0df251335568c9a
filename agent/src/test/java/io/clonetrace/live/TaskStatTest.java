package io.clonetrace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TaskStatTest {
    private static final String REST = " S 1 2 3 0 -1 1077936192 10 0 0 0 17 5 0 0 20 0 31 0 98765 1 2 3";

    @Test
    void fieldsBehindTheNameAreRead() {
        TaskStat stat = TaskStat.of(47, "47 (pool-1-thread-1)" + REST);
        assertEquals("pool-1-thread-1", stat.comm());
        assertEquals(22, stat.cpuTicks());
        assertEquals(98765, stat.startTicks());
    }

    @Test
    void nameMayHoldParenthesesAndBlanks() {
        TaskStat stat = TaskStat.of(47, "47 (a) S 1 (b\n)" + REST);
        assertEquals("a) S 1 (b\n", stat.comm());
        assertEquals(98765, stat.startTicks());
    }

    @Test
    void whatIsNoStatIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> TaskStat.of(1, ""));
        assertThrows(IllegalArgumentException.class, () -> TaskStat.of(1, "1 (cut) S 1 2"));
        assertThrows(IllegalArgumentException.class, () -> TaskStat.of(1, ")("));
    }
}
