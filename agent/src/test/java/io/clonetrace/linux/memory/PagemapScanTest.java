package io.clonetrace.linux.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Pages of a mapping of our own, against what smaps says of it. */
class PagemapScanTest {
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_GUARD_INSTALL = 102;
    private static final long HUGE = 2 << 20;
    private static final long PAGE = MappedPages.pageSize();
    private static final Path THP = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private static PagemapScan scan() {
        try {
            return new PagemapScan("/proc/self");
        } catch (LinuxException unable) {
            return Assumptions.abort("this kernel lacks what Linux 6.7 has: " + unable.getMessage());
        }
    }

    private static long smaps(long start, String field) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        int at = 0;
        while (!lines.get(at).startsWith(Long.toHexString(start) + "-")) {
            at++;
        }
        while (!lines.get(at).startsWith(field)) {
            at++;
        }
        return Long.parseLong(lines.get(at).replaceAll("\\D", "")) * 1024;
    }

    /** More islands than one call of the ioctl has room for. */
    @Test
    void everyOtherPage() throws Exception {
        int pages = 1009;
        try (MappedPages memory = MappedPages.stack(PAGE, pages * PAGE);
                PagemapScan scan = scan()) {
            for (int page = 1; page <= pages; page += 2) {
                memory.setLong(page * PAGE, 1);
            }
            long end = memory.address() + memory.size();
            PagemapScan.Pages expected = new PagemapScan.Pages((pages + 1) / 2 * PAGE, 0, memory.address() + PAGE);
            assertEquals(expected, scan.count(memory.address(), end));
            try (Mincore mincore = new Mincore()) {
                mincore.count(memory.address(), end);
                assertEquals(expected.present(), mincore.present());
                assertEquals(expected.lowest(), mincore.lowest());
            }
        }
    }

    /** As a stack with one frame that is larger than what is touched of it; of each of eight neighbours once. */
    @Test
    void theLowestPageOfASparseStack() throws Exception {
        for (int lowest = 24; lowest < 32; lowest++) {
            try (MappedPages memory = MappedPages.ofThisProcess(64 * PAGE);
                    PagemapScan scan = scan();
                    Mincore mincore = new Mincore()) {
                long end = memory.address() + memory.size();
                assertEquals(new PagemapScan.Pages(0, 0, PagemapScan.NONE), scan.count(memory.address(), end));
                mincore.count(memory.address(), end);
                assertEquals(PagemapScan.NONE, mincore.lowest());
                memory.setLong(62 * PAGE, 1);
                memory.setLong(lowest * PAGE, 1);
                long expected = memory.address() + lowest * PAGE;
                assertEquals(new PagemapScan.Pages(2 * PAGE, 0, expected), scan.count(memory.address(), end));
                mincore.count(memory.address(), end);
                assertEquals(expected, mincore.lowest());
            }
        }
    }

    /** glibc's guards since 2.42: markers in the page table, which bear "swapped" too. */
    @Test
    void theMarkerOfAGuardIsNoTouchedPage() throws Exception {
        try (MappedPages memory = MappedPages.ofThisProcess(16 * PAGE);
                PagemapScan scan = scan()) {
            int result = madvise(memory.address(), 2 * PAGE, MADV_GUARD_INSTALL);
            assumeTrue(result == 0, "this kernel lacks what Linux 6.13 has: MADV_GUARD_INSTALL");
            long end = memory.address() + memory.size();
            assertEquals(new PagemapScan.Pages(0, 0, PagemapScan.NONE), scan.count(memory.address(), end));
            memory.setLong(9 * PAGE, 1);
            assertEquals(
                    new PagemapScan.Pages(PAGE, 0, memory.address() + 9 * PAGE), scan.count(memory.address(), end));
        }
    }

    /** The first half of it was read with what is below it, the other half is not yet. */
    @Test
    void aGuardOfWhichOneHalfWasReadAhead() throws Exception {
        long ahead = PagemapScan.AHEAD;
        try (MappedPages memory = MappedPages.ofThisProcess(ahead + 16 * PAGE);
                PagemapScan scan = scan();
                PagemapScan.Counter counter = scan.counterAhead()) {
            long start = memory.address();
            long guard = start + ahead - PAGE;
            assumeTrue(madvise(guard, 2 * PAGE, MADV_GUARD_INSTALL) == 0, "this kernel has no guards by markers");
            assumeTrue(scan.guards(guard, guard + 2 * PAGE).length == 2, "this kernel does not report them");
            memory.setLong(0, 1);
            memory.setLong(ahead + 7 * PAGE, 1);
            counter.readAhead(start + memory.size());
            counter.count(start, start, start + PAGE);
            assertEquals(PAGE, counter.present());
            long low = guard + 2 * PAGE;
            assertTrue(counter.countAbove(guard, low, low, low + 11 * PAGE));
            assertEquals(PAGE, counter.present());
            assertEquals(start + ahead + 7 * PAGE, counter.lowest());
        }
    }

    private static int madvise(long address, long length, int advice) {
        return NativeLibrary.getInstance("c")
                .getFunction("madvise")
                .invokeInt(new Object[] {new Pointer(address), length, advice});
    }

    /** Whoever only reads gets the kernel's page of zeroes, which is in no Rss; some guests (PVM) have none. */
    @Test
    void pagesThatWereOnlyRead() throws Exception {
        try (MappedPages memory = MappedPages.stack(PAGE, 23 * PAGE);
                PagemapScan scan = scan()) {
            for (int page = 1; page <= 23; page++) {
                assertEquals(0, memory.getLong(page * PAGE));
            }
            PagemapScan.Pages expected =
                    new PagemapScan.Pages(smaps(memory.address() + PAGE, "Rss:"), 0, memory.address() + PAGE);
            assertEquals(expected, scan.count(memory.address(), memory.address() + memory.size()));
        }
    }

    @Test
    void hugePages() throws Exception {
        assumeTrue(
                Files.isReadable(THP) && !Files.readString(THP).contains("[never]"), "no transparent huge pages here");
        try (MappedPages memory = MappedPages.ofThisProcess(4 * HUGE);
                PagemapScan scan = scan()) {
            long aligned = (memory.address() + HUGE - 1) / HUGE * HUGE;
            // A mapping of its own in smaps: only this part is advised.
            assertEquals(0, madvise(aligned, 2 * HUGE, MADV_HUGEPAGE));
            memory.setLong(aligned - memory.address(), 1);
            memory.setLong(aligned - memory.address() + HUGE, 1);
            long huge = smaps(aligned, "AnonHugePages:");
            assumeTrue(huge > 0, "the kernel had no huge page to give");
            assertEquals(
                    new PagemapScan.Pages(smaps(aligned, "Rss:"), huge, aligned),
                    scan.count(aligned, aligned + 2 * HUGE));
        }
    }
}
