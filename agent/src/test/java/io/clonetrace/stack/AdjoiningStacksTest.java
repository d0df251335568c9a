package io.clonetrace.stack;

import static io.clonetrace.stack.OwnMappings.libc;
import static io.clonetrace.stack.OwnMappings.query;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Stacks that lie one above the other are read by few calls of the kernel, and each has the numbers that the test gave
 * it, and that it has alone.
 */
class AdjoiningStacksTest {
    private static final long PAGE = MappedPages.pageSize();
    private static final long GLIBCS = GlibcGuard.bytes(PAGE);

    /** Pages of the zone. */
    private static final int ZONE = 4;

    /** Pages of a stack. */
    private static final int STACK = 97;

    /** Pages from one stack to the next. */
    private static final int STEP = STACK + (int) (GLIBCS / PAGE) + 5;

    /** More than one call reads: bytes, and regions. */
    private static final int STACKS = 211;

    // asm-generic/mman-common.h and linux/mman.h; equal on x86-64 and aarch64.
    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MAP_SHARED_ANONYMOUS_FIXED = 0x31;
    private static final int MADV_NOHUGEPAGE = 15;
    private static final int MADV_GUARD_INSTALL = 102;
    private static final int MADV_GUARD_REMOVE = 103;

    private final List<ThreadToMeasure> threads = new ArrayList<>();
    private final List<StackMeasure> expected = new ArrayList<>();
    private final List<long[]> holes = new ArrayList<>();
    private long memory;
    private boolean markers;

    @AfterEach
    void unmap() {
        // By now, something of the JVM's may be in the holes.
        long from = memory;
        for (long[] hole : holes) {
            libc("munmap", from, hole[0] - from);
            from = hole[1];
        }
        libc("munmap", from, memory + STACKS * STEP * PAGE - from);
    }

    private void makeStacks(PagemapScan scan) throws LinuxException {
        memory = libc("mmap", 0L, STACKS * STEP * PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        libc("madvise", memory, STACKS * STEP * PAGE, MADV_NOHUGEPAGE);
        markers = libc("madvise", memory, GLIBCS, MADV_GUARD_INSTALL) == 0
                && scan.guards(memory, memory + GLIBCS).length == 2;
        libc("madvise", memory, GLIBCS, MADV_GUARD_REMOVE);
        for (int i = 0; i < STACKS; i++) {
            add(i);
        }
    }

    /** What a stack consists of, each a number of pages. */
    private record Made(long reserved, long guard, long touched, long depth) {}

    @Test
    void eachHasItsOwnNumbers() throws Exception {
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self")) {
            makeStacks(scan);
            assertEquals(expected, measureTogether(threads));
            assertEquals(expected, oneByOne(query, scan));
            List<ThreadToMeasure> shuffled = new ArrayList<>(threads);
            Collections.shuffle(shuffled, new Random(STACKS));
            List<StackMeasure> measured = new ArrayList<>(measureTogether(shuffled));
            measured.sort((one, other) -> Integer.compare(one.tid(), other.tid()));
            assertEquals(expected, measured);
        }
    }

    /** Two parts of each, and the whole: their ranges overlap. */
    @Test
    void rangesThatOverlapHaveTheNumbersThatTheyHaveAlone() throws Exception {
        try (ProcmapQuery query = query();
                PagemapScan scan = new PagemapScan("/proc/self")) {
            makeStacks(scan);
            for (ThreadToMeasure thread : List.copyOf(threads)) {
                long half = STACK / 2 * PAGE;
                threads.add(new ThreadToMeasure(STACKS + thread.tid(), thread.base() - half, half));
                threads.add(new ThreadToMeasure(2 * STACKS + thread.tid(), thread.base(), half));
            }
            // As what is read of a thread that ends meanwhile.
            threads.add(new ThreadToMeasure(3 * STACKS, memory + 7 * STEP * PAGE, 5 * STEP * PAGE));
            threads.add(new ThreadToMeasure(3 * STACKS + 1, Long.MAX_VALUE / 2, 3 * PAGE));
            assertEquals(oneByOne(query, scan), measureTogether(threads));
        }
    }

    private static List<StackMeasure> measureTogether(List<ThreadToMeasure> threads) throws Exception {
        return StackSnapshot.byIoctl(Path.of("/proc/self")).measure(threads, tid -> true);
    }

    private List<StackMeasure> oneByOne(ProcmapQuery query, PagemapScan scan) throws LinuxException {
        List<StackMeasure> measures = new ArrayList<>();
        for (ThreadToMeasure thread : threads) {
            try (StackMeter meter = new StackMeter(query, scan)) {
                if (meter.measure(thread.base(), thread.size())) {
                    measures.add(meter.of(thread.tid()));
                }
            }
        }
        return measures;
    }

    private void add(int i) {
        long first = i * (long) STEP + STEP - STACK;
        long low = memory + first * PAGE;
        long base = low + STACK * PAGE;
        threads.add(new ThreadToMeasure(i, base, STACK * PAGE));
        // Between the stacks, and part of none.
        touch(first - STEP + STACK);
        Made made = make(i, first, low);
        if (made != null) {
            expected.add(new StackMeasure(
                    i, base, made.reserved * PAGE, made.guard * PAGE, made.touched * PAGE, 0, made.depth * PAGE));
        }
    }

    private Made make(int i, long first, long low) {
        long top = first + STACK - 1;
        int glibcs = (int) (GLIBCS / PAGE);
        switch (i % 11) {
            case 0:
                return new Made(STACK, 0, 0, 0);
            case 1:
                touch(first, top);
                return new Made(STACK, 0, 2, STACK);
            case 2:
                // What is below it was touched, too.
                touch(first - 1, first, first + 1);
                return new Made(STACK, 0, 2, STACK);
            case 3:
                for (int page = 0; page < STACK; page += 2) {
                    touch(first + page);
                }
                return new Made(STACK, 0, (STACK + 1) / 2, STACK);
            case 4:
                touch(first, first + ZONE - 1, first + ZONE, top);
                assertEquals(0, libc("mprotect", low, ZONE * PAGE, PROT_NONE));
                return new Made(STACK, ZONE, 4, STACK - ZONE);
            case 5:
                touch(top - 3);
                // A marker below glibc's is none of this stack's.
                boolean marked =
                        markers && libc("madvise", low - GLIBCS - PAGE, GLIBCS + PAGE, MADV_GUARD_INSTALL) == 0;
                return marked ? new Made(STACK + glibcs, glibcs, 1, 4) : new Made(STACK, 0, 1, 4);
            case 6:
                touch(top);
                assertEquals(0, libc("mprotect", low - GLIBCS, GLIBCS, PROT_NONE));
                return new Made(STACK + glibcs, glibcs, 1, 1);
            case 7:
                touch(first + 6, first + 12);
                unmap(low + 7 * PAGE, 3 * PAGE);
                return new Made(STACK - 3, 0, 2, STACK - 6);
            case 8:
                unmap(low, STACK * PAGE);
                return null;
            case 9:
                assertEquals(low, libc("mmap", low, STACK * PAGE, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS_FIXED, -1, 0L));
                touch(first + 5, top);
                return new Made(STACK, 0, 2, STACK - 5);
            default:
                touch(top);
                boolean both = markers && libc("madvise", low - GLIBCS, GLIBCS, MADV_GUARD_INSTALL) == 0;
                assertEquals(0, libc("mprotect", low, ZONE * PAGE, PROT_NONE));
                int guard = both ? glibcs : 0;
                return new Made(STACK + guard, ZONE + guard, 1, 1);
        }
    }

    private void touch(long... pages) {
        for (long page : pages) {
            new Pointer(memory + page * PAGE).setLong(0, 1);
        }
    }

    private void unmap(long from, long bytes) {
        assertEquals(0, libc("munmap", from, bytes));
        holes.add(new long[] {from, from + bytes});
    }
}
