package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.CloneTable.CloneRow;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloneTableTest {
    private static final long SMALL = 1 << 16;
    private static final long LARGE = 1 << 20;

    private static CloneTable of(long... stackSizes) {
        CloneTable table = new CloneTable();
        for (long size : stackSizes) {
            table.add(SyntheticEvent.at(0, "clonetrace.Clone")
                    .with("kind", "java")
                    .with("syscall", "clone3")
                    .with("flags", 0x3d0f00L)
                    .with("stackSize", size)
                    .with("attempts", 1L));
        }
        return table;
    }

    private static CloneRow row(CloneTable table) {
        assertEquals(1, table.rows().size());
        return table.rows().get(0);
    }

    @Test
    void usualSizeIsThatOfMostCallsInWhateverOrderTheyCome() {
        for (CloneTable table : List.of(of(SMALL, LARGE, LARGE), of(LARGE, SMALL, LARGE), of(LARGE, LARGE, SMALL))) {
            assertEquals(LARGE, row(table).usualStackSize());
            assertFalse(row(table).oneStackSize());
            assertEquals(3, row(table).count());
        }
        assertTrue(row(of(LARGE, LARGE)).oneStackSize());
    }

    @Test
    void tablesAreAddedWithTheirSizes() {
        CloneTable small = of(SMALL, SMALL, SMALL);
        CloneTable large = of(LARGE, LARGE);
        CloneRow sum = row(CloneTable.of(List.of(small, large, of(LARGE, LARGE))));
        assertEquals(LARGE, sum.usualStackSize());
        assertEquals(7, sum.count());
        assertFalse(sum.oneStackSize());
        // What was added is what it was.
        assertEquals(SMALL, row(small).usualStackSize());
        assertTrue(row(small).oneStackSize());
    }
}
