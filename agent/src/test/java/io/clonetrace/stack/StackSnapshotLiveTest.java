package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Measures threads of this JVM, and compares with what awk reads of the same mappings. */
@Tag("own-jvm")
@ParameterizedClass(name = "{0}")
@EnumSource(Reading.class)
class StackSnapshotLiveTest {
    private final StackSnapshot snapshot;

    StackSnapshotLiveTest(Reading reading) {
        snapshot = reading.of(Path.of("/proc/self"));
    }

    private static StackMeasure outside(OutsideMaps maps, ThreadToMeasure thread) {
        try {
            return readOutside(maps, thread);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static StackMeasure readOutside(OutsideMaps maps, ThreadToMeasure thread) throws IOException {
        OutsideMaps.Row stack = maps.holding(thread.base() - 1);
        OutsideMaps.Row guard = maps.guardBelow(stack);
        return new StackMeasure(
                thread.tid(),
                stack.end(),
                stack.length() + guard.length(),
                guard.length(),
                stack.rss() + guard.rss(),
                stack.huge() + guard.huge(),
                maps.depth(stack));
    }

    private void assertEqualsOutside(List<ThreadToMeasure> threads) throws IOException {
        OutsideMaps maps = OutsideMaps.ofSelf();
        List<StackMeasure> expected =
                threads.stream().map(thread -> outside(maps, thread)).toList();
        assertEquals(expected, snapshot.measure(threads));
        List<ThreadToMeasure> tidsAlone =
                threads.stream().map(thread -> ThreadToMeasure.of(thread.tid())).toList();
        assertEquals(expected, snapshot.measure(tidsAlone), "found through the stack pointer");
        assertEquals(0, snapshot.left());
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 100, 256, 1000, 1024, 2048, 8192})
    void stacksOfManySizes(int kilobytes) throws IOException {
        try (ParkedThreads parked = ParkedThreads.start(3, kilobytes * 1024L, 0)) {
            assertEqualsOutside(parked.threads());
            for (StackMeasure measure : snapshot.measure(parked.threads())) {
                // HotSpot rounds small ones up to its least, and all to whole pages.
                assertTrue(measure.reserved() >= kilobytes * 1024L, measure::toString);
                assertTrue(measure.touched() > 0 && measure.touched() < measure.reserved(), measure::toString);
            }
        }
    }

    @Test
    void guardZoneOfAJavaThread() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the size of the zones is known for x86-64 only");
        try (ParkedThreads parked = ParkedThreads.start(1, 0, 0)) {
            OutsideMaps maps = OutsideMaps.ofSelf();
            ThreadToMeasure thread = parked.threads().get(0);
            assertEquals(
                    16 << 10, maps.guardBelow(maps.holding(thread.base() - 1)).length());
            assertEquals(16 << 10, snapshot.measure(List.of(thread)).get(0).guard());
        }
    }

    @Test
    void deeperRecursionTouchesMore() throws IOException {
        long before = 0;
        for (int depth : new int[] {0, 1_000, 5_000, 20_000, ParkedThreads.OVERFLOW}) {
            try (ParkedThreads parked = ParkedThreads.start(1, 8 << 20, depth)) {
                assertEqualsOutside(parked.threads());
                long touched = snapshot.measure(parked.threads()).get(0).touched();
                assertTrue(touched > before, depth + " calls: " + touched + " bytes, fewer: " + before);
                before = touched;
            }
        }
        assertTrue(before > 7 << 20, "an overflow goes through all of it: " + before);
    }

    /** The kernel's pagemap counts in two halves what smaps counts in one mapping. */
    @Test
    void halvesOfAMappingAddUp() throws IOException {
        try (ParkedThreads parked = ParkedThreads.start(5, 512 << 10, 700)) {
            OutsideMaps maps = OutsideMaps.ofSelf();
            for (ThreadToMeasure thread : parked.threads()) {
                long middle = thread.base() - (8 << 10);
                List<StackMeasure> halves = snapshot.measure(List.of(
                        new ThreadToMeasure(thread.tid(), middle, thread.size() - (8 << 10)),
                        new ThreadToMeasure(thread.tid(), thread.base(), 8 << 10)));
                long lower = halves.get(0).touched();
                long upper = halves.get(1).touched();
                assertTrue(lower > 0 && upper > 0, halves::toString);
                assertEquals(maps.holding(thread.base() - 1).rss(), lower + upper);
            }
        }
    }

    @Test
    void theDeadAreLeftOutAndTheirNeighboursRight() throws IOException {
        try (ParkedThreads parked = ParkedThreads.start(30, 512 << 10, 50)) {
            List<ThreadToMeasure> living = new ArrayList<>();
            for (int i = 0; i < parked.threads().size(); i++) {
                if (i % 2 == 0) {
                    parked.end(i);
                } else {
                    living.add(parked.threads().get(i));
                }
            }
            assertEqualsOutside(living);
            List<StackMeasure> ofTheLiving = snapshot.measure(living);
            assertEquals(ofTheLiving, snapshot.measure(parked.threads()));
            assertEquals(15, snapshot.left());
        }
    }

    /** They end while snapshots are taken: each is measured as it was, or left out and counted. */
    @Test
    void threadsThatEndMeanwhile() throws Exception {
        try (ParkedThreads parked = ParkedThreads.start(101, 300 << 10, 20)) {
            Map<Integer, StackMeasure> before = snapshot.measure(parked.threads()).stream()
                    .collect(Collectors.toMap(StackMeasure::tid, measure -> measure));
            Thread ending = new Thread(() -> {
                for (int i = 0; i < parked.threads().size(); i++) {
                    parked.end(i);
                }
            });
            ending.start();
            List<StackMeasure> measures;
            do {
                measures = snapshot.measure(parked.threads());
                assertEquals(101, measures.size() + snapshot.left());
                for (StackMeasure measure : measures) {
                    StackMeasure was = before.get(measure.tid());
                    assertEquals(was.base(), measure.base());
                    assertEquals(was.reserved(), measure.reserved());
                    assertEquals(was.guard(), measure.guard());
                }
            } while (!measures.isEmpty());
            ending.join();
        }
    }

    @Test
    void primordialThread() throws IOException {
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        StackMeasure measure =
                snapshot.measure(List.of(ThreadToMeasure.of(pid))).get(0);
        OutsideMaps maps = OutsideMaps.ofSelf();
        OutsideMaps.Row stack = maps.holding(measure.base() - 1);
        assertEquals("[stack]", stack.name());
        long depth = maps.depth(stack);
        assertEquals(new StackMeasure(pid, stack.end(), stack.length(), 0, stack.rss(), stack.huge(), depth), measure);
    }

    @Test
    void everyThreadIsMeasuredOrLeftOut() throws IOException {
        List<ThreadToMeasure> threads = Arrays.stream(TaskList.ofSelf().tids())
                .mapToObj(ThreadToMeasure::of)
                .toList();
        List<StackMeasure> measures = snapshot.measure(threads);
        assertEquals(threads.size(), measures.size() + snapshot.left());
        assertTrue(measures.size() > 5, "the VM's own alone are more");
    }

    @Test
    void vmThread() throws IOException {
        TaskList tasks = TaskList.ofSelf();
        int tid = Arrays.stream(tasks.tids())
                .filter(task -> tasks.comm(task).equals(Optional.of("VM Thread")))
                .findFirst()
                .orElseThrow();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        StackMeasure measure;
        do { // At a safepoint it runs, and shows no stack pointer.
            assertTrue(System.nanoTime() < deadline, "the VM Thread never waits");
            measure = snapshot.measure(List.of(ThreadToMeasure.of(tid))).get(0);
        } while (measure.base() == StackMeasure.UNKNOWN);
        OutsideMaps maps = OutsideMaps.ofSelf();
        OutsideMaps.Row stack = maps.holding(measure.base() - 1);
        OutsideMaps.Row guard = maps.guardBelow(stack);
        assumeTrue(guard != null, "this glibc's guards (MADV_GUARD_INSTALL, 2.42) are not in smaps");
        assertEquals(stack.end(), measure.base());
        assertEquals(guard.length(), measure.guard());
        assertEquals(stack.end() - guard.start(), measure.reserved());
    }

    @Test
    void aPrimeOfThreads(TestReporter report) throws IOException {
        try (ParkedThreads parked = ParkedThreads.start(1009, 256 << 10, 20)) {
            long from = System.nanoTime();
            List<StackMeasure> measures = snapshot.measure(parked.threads());
            report.publishEntry("snapshot of 1,009 stacks", (System.nanoTime() - from) / 1000 + " us");
            assertEquals(1009, measures.size());
            assertEquals(0, snapshot.left());
            OutsideMaps maps = OutsideMaps.ofSelf();
            long sum = 0;
            for (ThreadToMeasure thread : parked.threads()) {
                OutsideMaps.Row stack = maps.holding(thread.base() - 1);
                assertNotNull(maps.guardBelow(stack));
                sum += stack.rss();
            }
            assertEquals(sum, measures.stream().mapToLong(StackMeasure::touched).sum());
            assertEqualsOutside(parked.threads());
        }
    }
}
