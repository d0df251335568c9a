package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackSnapshotTest {
    private static final String STACK = "rd wr mr mw me ac nh";
    private static final String ZONE = "mr mw me";
    private static final String GLIBC_GUARD = "mr mw me nh";
    private static final String RESERVE = "mr mw me nr";
    private static final long UNKNOWN = StackMeasure.UNKNOWN;

    @TempDir
    private Path dir;

    private static StackMeasure one(Path procDir, ThreadToMeasure thread) throws IOException {
        return StackSnapshot.of(procDir).measure(List.of(thread)).get(0);
    }

    private static Path recorded() throws URISyntaxException {
        return Path.of(StackSnapshotTest.class.getResource("proc").toURI());
    }

    @Test
    void javaThread() throws Exception {
        StackMeasure expected = new StackMeasure(4668, 0x7fee94a00000L, 8 << 20, 16 << 10, 108 << 10, 0, UNKNOWN);
        assertEquals(expected, one(recorded(), new ThreadToMeasure(4668, 0x7fee94a00000L, 8 << 20)));
        assertEquals(expected, one(recorded(), ThreadToMeasure.of(4668)));
    }

    /** Right below its guard zone a malloc arena ends, inaccessible too. */
    @Test
    void javaThreadAboveAnArena() throws Exception {
        StackMeasure expected = new StackMeasure(4675, 0x7fee94100000L, 1 << 20, 16 << 10, 136 << 10, 0, UNKNOWN);
        assertEquals(expected, one(recorded(), new ThreadToMeasure(4675, 0x7fee94100000L, 1 << 20)));
        assertEquals(expected, one(recorded(), ThreadToMeasure.of(4675)));
    }

    /** Below it lie the stacks of dead threads, in glibc's cache. */
    @Test
    void javaThreadAboveTheDead() throws Exception {
        StackMeasure expected = new StackMeasure(4674, 0x7fee3b000000L, 8 << 20, 16 << 10, 128 << 10, 0, UNKNOWN);
        assertEquals(expected, one(recorded(), new ThreadToMeasure(4674, 0x7fee3b000000L, 8 << 20)));
        assertEquals(expected, one(recorded(), ThreadToMeasure.of(4674)));
    }

    @Test
    void vmThread() throws Exception {
        StackMeasure expected = new StackMeasure(4653, 0x7feeb0550000L, (1 << 20) + 4096, 4096, 8 << 10, 0, UNKNOWN);
        assertEquals(expected, one(recorded(), ThreadToMeasure.of(4653)));
        ThreadToMeasure withoutGuard = new ThreadToMeasure(4653, 0x7feeb0550000L, 1 << 20);
        assertEquals(expected, one(recorded(), withoutGuard));
        // clone3's stack and stack_size: from the guard up to shortly below the top.
        ThreadToMeasure clone3 = new ThreadToMeasure(4653, 0x7feeb0550000L - 0x80, (1 << 20) + 4096 - 0x80);
        assertEquals(expected, one(recorded(), clone3));
    }

    @Test
    void primordialThread() throws Exception {
        StackMeasure measure = one(recorded(), ThreadToMeasure.of(4645));
        assertEquals(0x7ffc29bfc000L, measure.base());
        assertEquals(132 << 10, measure.reserved());
        assertEquals(0, measure.guard());
    }

    @Test
    void neighboursInOneMapping() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("100000-104000 ---p 00000000 00:00 0 ", 0, 0, ZONE)
                .mapping("104000-120000 rw-p 00000000 00:00 0 ", 16, 0, STACK)
                .thread(1, 0x10f000)
                .thread(2, 0x11f000)
                .present(0x130000, 0x10f000, 0x11d000, 0x11e000, 0x11f000);
        List<ThreadToMeasure> both =
                List.of(new ThreadToMeasure(1, 0x110000, 0x10000), new ThreadToMeasure(2, 0x120000, 0x10000));
        assertEquals(
                List.of(
                        new StackMeasure(1, 0x110000, 0x10000, 0x4000, 0x1000, 0, 0x1000),
                        new StackMeasure(2, 0x120000, 0x10000, 0, 0x3000, 0, 0x3000)),
                StackSnapshot.of(proc.path()).measure(both));
    }

    /** Seen in Debian trixie: the arena's reserve has no flag of its own, so that the zone and it are one mapping. */
    @Test
    void aZoneInOneMappingWithAnArena() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("2c021000-30004000 ---p 00000000 00:00 0 ", 0, 0, "mr mw me")
                .mapping("30004000-30100000 rw-p 00000000 00:00 0 ", 112, 0, "rd wr mr mw me ac nh")
                .thread(1, 0x300ff000)
                .present(0x30100000, 0x300ff000);
        assertEquals(
                new StackMeasure(1, 0x30100000L, 0xfc000, UNKNOWN, 112 << 10, 0, 0x1000),
                one(proc.path(), ThreadToMeasure.of(1)));
        assertEquals(
                new StackMeasure(1, 0x30100000L, 0x100000, 0x4000, 112 << 10, 0, 0x1000),
                one(proc.path(), new ThreadToMeasure(1, 0x30100000L, 0x100000)));
    }

    @Test
    void hugePagesOfASharedMappingAreNobodys() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("200000-600000 rw-p 00000000 00:00 0 ", 2052, 2048, "rd wr mr mw me ac")
                .thread(1, 0x3ff000)
                .present(0x600000, 0x3ff000);
        assertEquals(
                new StackMeasure(1, 0x400000, 0x200000, 0, 0x1000, UNKNOWN, 0x1000),
                one(proc.path(), new ThreadToMeasure(1, 0x400000, 0x200000)));
    }

    /**
     * smaps shows how much of a mapping is in memory, and not where. The zone may have been touched before it was one,
     * and be one mapping with a reservation below it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"100000", "0f0000"})
    void depthIsThatOfTheLowestPageAboveTheGuard(String start) throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping(start + "-104000 ---p 00000000 00:00 0 ", 4, 0, ZONE)
                .mapping("104000-120000 rw-p 00000000 00:00 0 ", 8, 0, STACK)
                .thread(1, 0x11f000)
                .present(0x120000, 0x102000, 0x106000, 0x11f000);
        assertEquals(
                new StackMeasure(1, 0x120000, 0x20000, 0x4000, 0x3000, 0, 0x1a000),
                one(proc.path(), new ThreadToMeasure(1, 0x120000, 0x20000)));
    }

    @Test
    void touchedIsUnknownWithoutPagemap() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("100000-120000 rw-p 00000000 00:00 0 ", 16, 0, STACK)
                .mapping("130000-150000 rw-p 00000000 00:00 0 ", 0, 0, STACK)
                .thread(1, 0x10f000)
                .thread(2, 0x13f000);
        assertEquals(
                UNKNOWN,
                one(proc.path(), new ThreadToMeasure(1, 0x110000, 0x10000)).touched());
        assertEquals(
                0, one(proc.path(), new ThreadToMeasure(2, 0x140000, 0x10000)).touched(), "none has any");
    }

    @Test
    void pagesOf64Kilobytes() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 64)
                .mapping("100000-180000 rw-p 00000000 00:00 0 ", 192, 0, STACK)
                .thread(1, 0x13f000)
                .present(0x180000, 0x130000, 0x150000, 0x170000);
        assertEquals(
                new StackMeasure(1, 0x140000, 0x40000, 0, 0x10000, 0, 0x10000),
                one(proc.path(), new ThreadToMeasure(1, 0x13fff0, 0x3fff0)));
    }

    /** JDK-8312182: where transparent huge pages are "always" on, a Java thread has glibc's guard too. */
    @Test
    void bothGuards() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("0f0000-0ff000 ---p 00000000 00:00 0 ", 0, 0, RESERVE)
                .mapping("0ff000-100000 ---p 00000000 00:00 0 ", 0, 0, GLIBC_GUARD)
                .mapping("100000-104000 ---p 00000000 00:00 0 ", 0, 0, ZONE)
                .mapping("104000-120000 rw-p 00000000 00:00 0 ", 8, 0, STACK)
                .thread(1, 0x11f000);
        StackMeasure expected = new StackMeasure(1, 0x120000, 0x21000, 0x5000, 0x2000, 0, UNKNOWN);
        assertEquals(expected, one(proc.path(), new ThreadToMeasure(1, 0x120000, 0x20000)));
        assertEquals(expected, one(proc.path(), ThreadToMeasure.of(1)));
    }

    /** Seen on Linux 5.10: the top stack's mapping is merged with other memory; and a guard that is only marked. */
    @Test
    void whatGlibcAllocatedEndsWithinTheMapping() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("0f0000-100000 ---p 00000000 00:00 0 ", 0, 0, GLIBC_GUARD)
                .mapping("100000-180000 rw-p 00000000 00:00 0 ", 24, 0, "rd wr mr mw me ac")
                .thread(1, "running")
                .present(0x180000, 0x11c000, 0x11e000, 0x11f000, 0x150000, 0x160000, 0x17f000);
        assertEquals(
                new StackMeasure(1, 0x120000, 0x30000, 0x10000, 0x3000, 0, 0x4000),
                one(proc.path(), ThreadToMeasure.allocated(1, 0xf0000, 0x120000, 0x10000)));
        assertEquals(
                new StackMeasure(1, 0x170000, 0x30000, 0x2000, 0x2000, 0, 0x20000),
                one(proc.path(), ThreadToMeasure.allocated(1, 0x140000, 0x170000, 0x2000)));
    }

    /** HotSpot has inaccessible pages for other ends too (safepoint polling), which chance may put below a stack. */
    @Test
    void anotherInaccessiblePageBelow() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("0ff000-104000 ---p 00000000 00:00 0 ", 0, 0, ZONE)
                .mapping("104000-120000 rw-p 00000000 00:00 0 ", 8, 0, STACK)
                .mapping("1ff000-200000 ---p 00000000 00:00 0 ", 0, 0, ZONE)
                .mapping("200000-220000 rw-p 00000000 00:00 0 ", 8, 0, STACK)
                .thread(1, 0x11f000)
                .thread(2, 0x21f000);
        assertEquals(
                new StackMeasure(1, 0x120000, 0x20000, 0x4000, 0x2000, 0, UNKNOWN),
                one(proc.path(), new ThreadToMeasure(1, 0x120000, 0x20000)));
        assertEquals(
                new StackMeasure(2, 0x220000, 0x20000, 0, 0x2000, 0, UNKNOWN),
                one(proc.path(), new ThreadToMeasure(2, 0x220000, 0x20000)));
    }

    /** HotSpot opens the yellow zone while a StackOverflowError is thrown. */
    @Test
    void yellowZoneOpened() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("100000-101000 ---p 00000000 00:00 0 ", 0, 0, ZONE)
                .mapping("101000-104000 rw-p 00000000 00:00 0 ", 8, 0, "rd wr mr mw me ac")
                .mapping("104000-120000 rw-p 00000000 00:00 0 ", 112, 0, STACK)
                .thread(1, "running");
        assertEquals(
                new StackMeasure(1, 0x120000, 0x20000, 0x1000, 120 << 10, 0, UNKNOWN),
                one(proc.path(), new ThreadToMeasure(1, 0x120000, 0x20000)));
    }

    /** A stack that glibc took from a dead Java thread, or one whose guard no list of mappings shows. */
    @Test
    void aGuardThatMayBeNone() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("100000-104000 ---p 00000000 00:00 0 ", 0, 0, RESERVE)
                .mapping("104000-120000 rw-p 00000000 00:00 0 ", 8, 0, STACK)
                .thread(1, 0x11f000);
        assertEquals(
                new StackMeasure(1, 0x120000, 0x1c000, UNKNOWN, 0x2000, 0, UNKNOWN),
                one(proc.path(), ThreadToMeasure.of(1)));
    }

    @Test
    void twoStackPointersInOneMappingTellNoStack() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("100000-130000 rw-p 00000000 00:00 0 ", 24, 0, STACK)
                .thread(1, 0x10f000)
                .thread(2, 0x11f000)
                .thread(3, 0x12f000)
                .present(0x130000, 0x10f000, 0x11e000, 0x11f000, 0x12d000, 0x12e000, 0x12f000);
        StackSnapshot snapshot = StackSnapshot.of(proc.path());
        assertEquals(
                List.of(StackMeasure.unknown(1), StackMeasure.unknown(2)),
                snapshot.measure(List.of(ThreadToMeasure.of(1), ThreadToMeasure.of(2))));
        // What is known of the others cuts it.
        List<ThreadToMeasure> around = List.of(
                new ThreadToMeasure(1, 0x110000, 0x10000),
                ThreadToMeasure.of(2),
                new ThreadToMeasure(3, 0x130000, 0x10000));
        assertEquals(
                new StackMeasure(2, 0x120000, 0x10000, UNKNOWN, 0x2000, 0, 0x2000),
                snapshot.measure(around).get(1));
    }

    @Test
    void whoseStackCannotBeTold() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("100000-120000 rw-p 00000000 00:00 0     [heap]", 8, 0, "rd wr mr mw me ac")
                .mapping("200000-220000 rw-p 00000000 00:00 0 ", 8, 0, "rd wr mr mw me nr")
                .thread(1, 0x11f000)
                .thread(2, 0x21f000)
                .thread(3, "running")
                .thread(4, "-1 0x0 0x0");
        StackSnapshot snapshot = StackSnapshot.of(proc.path());
        for (int tid = 1; tid <= 4; tid++) {
            assertEquals(List.of(StackMeasure.unknown(tid)), snapshot.measure(List.of(ThreadToMeasure.of(tid))));
        }
        assertEquals(0, snapshot.left());
    }

    @Test
    void whoIsGoneIsLeftOutAndCounted() throws IOException {
        ProcDir proc = new ProcDir(dir.resolve("p"), 4)
                .mapping("100000-120000 rw-p 00000000 00:00 0 ", 8, 0, STACK)
                .thread(1, 0x11f000)
                .thread(3, 0x31f000);
        StackSnapshot snapshot = StackSnapshot.of(proc.path());
        List<StackMeasure> measures = snapshot.measure(List.of(
                ThreadToMeasure.of(1),
                new ThreadToMeasure(2, 0x120000, 0x20000),
                ThreadToMeasure.of(3),
                new ThreadToMeasure(3, 0x320000, 0x20000),
                ThreadToMeasure.of(4)));
        assertEquals(1, measures.size());
        assertEquals(1, measures.get(0).tid());
        assertEquals(4, snapshot.left());
        snapshot.measure(List.of());
        assertEquals(0, snapshot.left());
    }

    @Test
    void aProcessThatIsGoneCannotBeMeasured() {
        assertThrows(
                IOException.class, () -> StackSnapshot.of(dir.resolve("gone")).measure(List.of()));
    }
}
