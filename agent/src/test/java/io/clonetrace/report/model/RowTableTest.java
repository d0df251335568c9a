package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowTableTest {
    private final RowTable table = new RowTable();

    @Test
    void rowsComeInTheOrderOfAMap() {
        Map<Long, ThreadRow> map = new HashMap<>();
        Random random = new Random(24);
        for (int turn = 0; turn < 100_003; turn++) {
            long id = turn % 3 == 0 ? random.nextInt() : turn;
            ThreadRow row = table.row(id);
            assertSame(map.computeIfAbsent(id, one -> row), row);
            if (Integer.bitCount(turn) == 1) {
                assertEquals(new ArrayList<>(map.values()), table.values());
            }
        }
        for (long id = 100_003; id < 150_001; id++) {
            long far = id << Integer.SIZE;
            ThreadRow row = new ThreadRow(far);
            table.put(far, row);
            map.put(far, row);
        }
        assertEquals(new ArrayList<>(map.values()), table.values());
        map.forEach((id, row) -> assertSame(row, table.get(id)));
        assertNull(table.get(-100_003));
    }

    @Test
    void rowInTheNameOfAnotherIdKeepsItsPlace() {
        ThreadRow one = table.row(2);
        table.row(3);
        table.put(3, one);
        table.put(5, one);
        assertSame(one, table.get(3));
        assertSame(one, table.get(5));
        assertEquals(3, table.values().size());
    }
}
