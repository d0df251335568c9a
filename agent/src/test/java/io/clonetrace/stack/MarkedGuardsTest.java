package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.memory.PagemapScan;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Guards that are page-table markers, in a native program that makes and measures its stacks itself. */
class MarkedGuardsTest {
    private static final Path SOURCE = Path.of("src/test/c/marked_stacks.c");
    private static final int NO_SUCH_GUARDS = 77;
    private static final long PIECE = 8 << 20;

    private final List<StackMeasure> truth = new ArrayList<>();
    private Process program;

    private void start(Path dir) throws IOException {
        assumeTrue(Files.exists(SOURCE), "not run in the agent's folder");
        assumeTrue(Outside.lines("sh", "-c", "command -v cc || true").size() == 1, "no C compiler (cc)");
        Path binary = dir.resolve("marked_stacks");
        Outside.lines("cc", "-O0", "-pthread", "-o", binary.toString(), SOURCE.toString());
        program = new ProcessBuilder(binary.toString()).start();
        BufferedReader out = program.inputReader();
        for (String line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
            assumeTrue(line != null || program.onExit().join().exitValue() != NO_SUCH_GUARDS, "no MADV_GUARD_INSTALL");
            String[] field = line.split(" ");
            truth.add(new StackMeasure(
                    Integer.parseInt(field[0]),
                    Long.parseLong(field[1], 16),
                    Long.parseLong(field[2]),
                    Long.parseLong(field[3]),
                    Long.parseLong(field[4]),
                    0,
                    Long.parseLong(field[5])));
        }
        for (StackMeasure thread : truth) {
            Path syscall = procDir().resolve("task/" + thread.tid() + "/syscall");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (Files.readString(syscall).split(" ").length < 9) {
                assertTrue(System.nanoTime() < deadline, () -> syscall + " does not block");
                Thread.yield();
            }
        }
        try (PagemapScan scan = new PagemapScan(procDir().toString())) {
            StackMeasure first = truth.get(0);
            long low = first.base() - first.reserved();
            assumeTrue(scan.guards(low, first.base()).length > 0, "a kernel before 6.15 reports no markers");
            assertArrayEquals(new long[] {low, low + first.guard()}, scan.guards(low, first.base()));
        } catch (LinuxException older) {
            assumeTrue(false, older.getMessage());
        }
    }

    private Path procDir() {
        return Path.of("/proc", Long.toString(program.pid()));
    }

    @AfterEach
    void end() throws IOException {
        if (program != null && program.isAlive()) {
            program.getOutputStream().close();
            assertEquals(0, program.onExit().join().exitValue());
        }
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void splitTheStacksOfOneMapping(Reading reading, @TempDir Path dir) throws IOException {
        start(dir);
        // The last mapping ends above the last stack.
        List<StackMeasure> expected = truth.subList(0, truth.size() - 1);
        List<StackMeasure> measures = reading.of(procDir())
                .measure(expected.stream()
                        .map(thread -> ThreadToMeasure.of(thread.tid()))
                        .toList());
        assertEquals(
                expected, measures.stream().map(MarkedGuardsTest::hugeOfAPart).toList());
    }

    /** From smaps the huge pages of one of several stacks in a mapping are known only if there are none at all. */
    private static StackMeasure hugeOfAPart(StackMeasure seen) {
        assertTrue(seen.huge() <= 0, seen::toString);
        return new StackMeasure(
                seen.tid(), seen.base(), seen.reserved(), seen.guard(), seen.touched(), 0, seen.depth());
    }

    /** As a Java thread where transparent huge pages are "always" on. */
    @ParameterizedTest
    @EnumSource(Reading.class)
    void belowAZone(Reading reading, @TempDir Path dir) throws IOException {
        start(dir);
        StackMeasure last = truth.get(truth.size() - 1);
        long marker = GlibcGuard.bytes(
                Processor.X86_64,
                Long.parseLong(Outside.lines("getconf", "PAGESIZE").get(0)));
        ThreadToMeasure known = new ThreadToMeasure(last.tid(), last.base(), last.reserved() - marker);
        assumeTrue(Processor.current().orElseThrow() == Processor.X86_64, "the marker below is of one page");
        assertEquals(
                List.of(last),
                reading.of(procDir()).measure(List.of(known)).stream()
                        .map(MarkedGuardsTest::hugeOfAPart)
                        .toList());
    }

    @Test
    void guardsAreLookedForInPiecesAndOnlyWithinTheMapping() {
        long start = 3 * PIECE - 0x3000;
        long end = 6 * PIECE;
        List<Long> asked = new ArrayList<>();
        // Across the border of two pieces; at the mapping's beginning; far above.
        long[] all = {
            2 * PIECE, 2 * PIECE + 0x1000, 3 * PIECE - 0x1000, 3 * PIECE + 0x2000, 5 * PIECE, 5 * PIECE + 0x1000
        };
        MarkedGuards guards = new MarkedGuards((from, to) -> {
            asked.add(from);
            List<Long> found = new ArrayList<>();
            for (int i = 0; i < all.length; i += 2) {
                if (all[i] < to && all[i + 1] > from) {
                    found.add(Math.max(from, all[i]));
                    found.add(Math.min(to, all[i + 1]));
                }
            }
            return found.stream().mapToLong(Long::longValue).toArray();
        });
        Mapping mapping = new Mapping(start, end, true, true, false, true, false, 0, 0);
        MarkedGuards.Guard across = new MarkedGuards.Guard(3 * PIECE - 0x1000, 3 * PIECE + 0x2000);
        assertEquals(across, guards.below(mapping, 5 * PIECE - 8));
        assertEquals(5 * PIECE, guards.startAbove(mapping, 5 * PIECE - 8));
        assertEquals(end, guards.startAbove(mapping, 5 * PIECE + 0x1000));
        assertNull(guards.below(mapping, start + 8));
        assertEquals(asked.stream().distinct().count(), asked.size());
        assertEquals(List.of(4 * PIECE, 3 * PIECE, start, 5 * PIECE), asked);
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64, 4096, 4096",
        "AARCH64, 4096, 65536",
        "AARCH64, 16384, 65536",
        "AARCH64, 65536, 65536",
    })
    void glibcsGuardForOnePage(Processor processor, long page, long guard) {
        assertEquals(guard, GlibcGuard.bytes(processor, page));
    }
}
