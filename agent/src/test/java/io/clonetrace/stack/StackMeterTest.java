package io.clonetrace.stack;

import static io.clonetrace.stack.OwnMappings.libc;
import static io.clonetrace.stack.OwnMappings.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies below a stack: only what glibc makes of a page is its guard. */
class StackMeterTest {
    private static final long PAGE = MappedPages.pageSize();

    // asm-generic/mman-common.h; equal on x86-64 and aarch64.
    private static final int PROT_NONE = 0;
    private static final int MADV_GUARD_INSTALL = 102;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;

    static Object[][] guards() {
        int glibcs = (int) (GlibcGuard.bytes(PAGE) / PAGE);
        return new Object[][] {{glibcs, glibcs}, {glibcs + 1, 0}, {230, 0}};
    }

    @ParameterizedTest
    @MethodSource("guards")
    void onlyAsMuchAsGlibcMakesOfAPageIsGuard(int inaccessible, int guard) throws LinuxException {
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self");
                StackMeter meter = new StackMeter(query, scan);
                MappedPages memory = MappedPages.stack(inaccessible * PAGE, 64 * PAGE)) {
            memory.setLong(memory.size() - PAGE, 1);
            assertTrue(meter.measure(memory.address() + memory.size(), 64 * PAGE));
            StackMeasure expected = new StackMeasure(
                    1, memory.address() + memory.size(), (64 + guard) * PAGE, guard * PAGE, PAGE, 0, PAGE);
            assertEquals(expected, meter.of(1));
        }
    }

    /** MADV_GUARD_INSTALL, as glibc 2.42: within a mapping of which the stack is a part. */
    @Test
    void aMarkerBelowTheStackIsGuardToo() throws LinuxException {
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self");
                StackMeter meter = new StackMeter(query, scan);
                MappedPages memory = MappedPages.ofThisProcess(96 * PAGE)) {
            long guard = GlibcGuard.bytes(PAGE);
            long base = memory.address() + memory.size();
            long low = base - 64 * PAGE;
            Assumptions.assumeTrue(libc("madvise", low - guard, guard, MADV_GUARD_INSTALL) == 0, "no such guards");
            Assumptions.assumeTrue(scan.guards(low - guard, low).length == 2, "a kernel that doesn't report them");
            memory.setLong(memory.size() - PAGE, 1);
            assertTrue(meter.measure(base, 64 * PAGE));
            assertEquals(new StackMeasure(1, base, 64 * PAGE + guard, guard, PAGE, 0, PAGE), meter.of(1));
            // With HotSpot's zone above it.
            assertEquals(0, libc("mprotect", low, 4 * PAGE, PROT_NONE));
            assertTrue(meter.measure(base, 64 * PAGE));
            assertEquals(new StackMeasure(1, base, 64 * PAGE + guard, guard + 4 * PAGE, PAGE, 0, PAGE), meter.of(1));
        }
    }

    /** A mapping of its own, a part of the stack's, or followed by HotSpot's zone. */
    @ParameterizedTest
    @CsvSource({"0, 4", "4, 4", "8, 8"})
    void whatGlibcSaysIsItsGuardIsGuardHoweverItIsMapped(int inaccessible, int guard) throws LinuxException {
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self");
                StackMeter meter = StackMeter.ofOneMoment(query.question(), scan);
                MappedPages memory = MappedPages.ofThisProcess(64 * PAGE)) {
            long low = memory.address();
            long base = low + memory.size();
            assertEquals(0, libc("mprotect", low, inaccessible * PAGE, PROT_NONE));
            memory.setLong(memory.size() - PAGE, 1);
            assertTrue(meter.measureFirstOf(base, ThreadToMeasure.allocated(1, low, base, 4 * PAGE)));
            assertEquals(new StackMeasure(1, base, 64 * PAGE, guard * PAGE, PAGE, 0, PAGE), meter.of(1));
        }
    }

    /**
     * As a frame that reserves what it doesn't touch; what was touched of the zone before it became one is no depth.
     */
    @Test
    void depthIsThatOfTheLowestTouchedPageAboveTheGuard() throws LinuxException {
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self");
                StackMeter meter = new StackMeter(query, scan);
                MappedPages memory = MappedPages.ofThisProcess(64 * PAGE)) {
            long base = memory.address() + memory.size();
            assertTrue(meter.measure(base, 64 * PAGE));
            assertEquals(0, meter.depth());
            memory.setLong(62 * PAGE, 1);
            memory.setLong(7 * PAGE, 1);
            memory.setLong(2 * PAGE, 1);
            assertEquals(0, libc("mprotect", memory.address(), 4 * PAGE, PROT_NONE));
            assertTrue(meter.measure(base, 64 * PAGE));
            assertEquals(new StackMeasure(1, base, 64 * PAGE, 4 * PAGE, 3 * PAGE, 0, 57 * PAGE), meter.of(1));
        }
    }

    /** The mapping below a stack is the one that was just looked at, or, measured downwards, it is not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stacksThatAdjoinAreMeasuredTheSameOneAfterTheOther(boolean upwards) throws LinuxException {
        int stacks = 7;
        long size = 68 * PAGE;
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self");
                StackMeter meter = StackMeter.ofOneMoment(query.question(), scan);
                MappedPages memory = MappedPages.ofThisProcess(stacks * size)) {
            for (int i = 0; i < stacks; i++) {
                memory.setLong((i + 1) * size - (i + 1) * PAGE, 1);
                assertEquals(0, libc("mprotect", memory.address() + i * size, 4 * PAGE, PROT_NONE));
            }
            for (int n = 0; n < stacks; n++) {
                int i = upwards ? n : stacks - 1 - n;
                long base = memory.address() + (i + 1) * size;
                assertTrue(meter.measure(base, size));
                assertEquals(new StackMeasure(1, base, size, 4 * PAGE, PAGE, 0, (i + 1) * PAGE), meter.of(1));
            }
        }
    }

    /**
     * As glibc and HotSpot do it. What was writable, and is part of a mapping that was written to, stays accounted for
     * (mm/mprotect.c), which keeps the two mappings apart.
     */
    @Test
    void glibcsPageBelowHotSpotsZoneIsGuardToo() throws LinuxException {
        long low = libc("mmap", 0L, 69 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L) + PAGE;
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self");
                StackMeter meter = new StackMeter(query, scan)) {
            assertEquals(0, libc("mprotect", low, 68 * PAGE, PROT_READ_WRITE));
            new Pointer(low + 67 * PAGE).setLong(0, 1);
            assertEquals(0, libc("mprotect", low, 4 * PAGE, PROT_NONE));
            assertEquals(low, query.coveringOrNext(low).start());
            assertTrue(meter.measure(low + 68 * PAGE, 68 * PAGE));
            assertEquals(new StackMeasure(1, low + 68 * PAGE, 69 * PAGE, 5 * PAGE, PAGE, 0, PAGE), meter.of(1));
        } finally {
            libc("munmap", low - PAGE, 69 * PAGE);
        }
    }
}
