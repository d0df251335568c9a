package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.MappedPages;
import io.clonetrace.linux.PagemapScan;
import io.clonetrace.linux.ProcmapQuery;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lies below a stack: only a page of glibc's is its guard. */
class StackMeterTest {
    private static final long PAGE = MappedPages.pageSize();

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 0", "230, 0"})
    void onlyAPageBelowTheStackIsGuard(long inaccessible, long guard) throws LinuxException {
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self");
                StackMeter meter = new StackMeter(query, scan);
                MappedPages memory = MappedPages.stack(inaccessible * PAGE, 64 * PAGE)) {
            memory.setLong(memory.size() - PAGE, 1);
            assertTrue(meter.measure(memory.address() + memory.size(), 64 * PAGE));
            StackMeasure expected =
                    new StackMeasure(1, memory.address() + memory.size(), (64 + guard) * PAGE, guard * PAGE, PAGE, 0);
            assertEquals(expected, meter.of(1));
        }
    }

    private static ProcmapQuery query() {
        try {
            return new ProcmapQuery("/proc/self");
        } catch (LinuxException unable) {
            return Assumptions.abort("this kernel lacks what Linux 6.11 has: " + unable.getMessage());
        }
    }
}
