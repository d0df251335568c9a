package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StacksInOrderTest {
    private static final long PAGE = 4_096;
    private static final long TOP = 0x7fff_ffff_f000L;

    private static ThreadToMeasure stack(int tid, long low, long pages) {
        return new ThreadToMeasure(tid, low + pages * PAGE, pages * PAGE);
    }

    private static int[] tids(StacksInOrder ascending) {
        return IntStream.range(0, ascending.size())
                .map(place -> ascending.get(place).tid())
                .toArray();
    }

    private static int[] indices(StacksInOrder ascending) {
        return IntStream.range(0, ascending.size()).map(ascending::index).toArray();
    }

    @Test
    void stacksAreInTheOrderOfTheirLowestAddresses() {
        StacksInOrder ascending = new StacksInOrder(new ThreadToMeasure[] {
            stack(1, TOP - 8 * PAGE, 8), stack(2, 0, 1), stack(3, 20 * PAGE, 1), stack(4, 10 * PAGE, 90)
        });
        assertArrayEquals(new int[] {2, 4, 3, 1}, tids(ascending));
        assertArrayEquals(new int[] {1, 3, 2, 0}, indices(ascending));
        assertEquals(0, ascending.others().length);
    }

    @Test
    void threadsWithoutAKnownStackAreLeftOutInTheirOrder() {
        StacksInOrder ascending = new StacksInOrder(new ThreadToMeasure[] {
            ThreadToMeasure.of(1),
            stack(2, 9 * PAGE, 3),
            ThreadToMeasure.near(3, 5 * PAGE),
            stack(4, 5 * PAGE, 3),
            new ThreadToMeasure(5, 7 * PAGE, StackMeasure.UNKNOWN)
        });
        assertArrayEquals(new int[] {4, 2}, tids(ascending));
        assertArrayEquals(new int[] {0, 2, 4}, ascending.others());
    }

    /** A clone record's base is a little below the end of its page. */
    @Test
    void stackThatDoesNotEndWithAPageHasItsPlaceToo() {
        ThreadToMeasure upper = new ThreadToMeasure(1, 9 * PAGE - 64, 3 * PAGE);
        ThreadToMeasure lower = new ThreadToMeasure(2, 5 * PAGE - 64, 3 * PAGE);
        assertArrayEquals(new int[] {2, 1}, tids(new StacksInOrder(new ThreadToMeasure[] {upper, lower})));
    }

    /** As a JVM's are: each new one below the others, but for some that are reused. */
    @Test
    void thousandsOfStacksAreInOrder() {
        ThreadToMeasure[] threads = IntStream.range(0, 10_000)
                .mapToObj(i -> stack(i + 1, TOP - (i % 7 == 0 ? 20_000 - i : i + 1) * 256 * PAGE, 256))
                .toArray(ThreadToMeasure[]::new);
        StacksInOrder ascending = new StacksInOrder(threads);
        long[] lows = IntStream.range(0, ascending.size())
                .mapToLong(place ->
                        ascending.get(place).base() - ascending.get(place).size())
                .toArray();
        long[] sorted = lows.clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, lows);
        int[] indices = indices(ascending);
        Arrays.sort(indices);
        assertArrayEquals(IntStream.range(0, threads.length).toArray(), indices);
    }

    @Test
    void noThreadsAreNoStacks() {
        StacksInOrder ascending = new StacksInOrder(new ThreadToMeasure[0]);
        assertEquals(0, ascending.size());
        assertEquals(0, ascending.others().length);
    }
}
