package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Stacks that the kernel holds as one mapping, in a native program that counts their pages itself. */
@ParameterizedClass(name = "{0}")
@EnumSource(Reading.class)
class MergedStacksTest {
    private static final Path SOURCE = Path.of("src/test/c/merged_stacks.c");

    private final List<ThreadToMeasure> threads = new ArrayList<>();
    private final List<Long> touched = new ArrayList<>();
    private final List<Long> depths = new ArrayList<>();
    private final Reading reading;
    private Process program;

    MergedStacksTest(Reading reading) {
        this.reading = reading;
    }

    @BeforeEach
    void start(@TempDir Path dir) throws IOException {
        assumeTrue(Files.exists(SOURCE), "not run in the agent's folder");
        assumeTrue(hasCompiler(), "no C compiler (cc)");
        Path binary = dir.resolve("merged_stacks");
        Outside.lines("cc", "-O0", "-pthread", "-o", binary.toString(), SOURCE.toString());
        program = new ProcessBuilder(binary.toString()).start();
        BufferedReader out = program.inputReader();
        for (String line = out.readLine(); !line.equals("ready"); line = out.readLine()) {
            String[] field = line.split(" ");
            threads.add(new ThreadToMeasure(
                    Integer.parseInt(field[0]), Long.parseLong(field[1], 16), Long.parseLong(field[2])));
            touched.add(Long.parseLong(field[3]));
            depths.add(Long.parseLong(field[4]));
        }
        for (ThreadToMeasure thread : threads) {
            awaitBlocked(Path.of("/proc", Long.toString(program.pid()), "task", Integer.toString(thread.tid())));
        }
    }

    private static void awaitBlocked(Path task) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (Files.readString(task.resolve("syscall")).split(" ").length < 9) {
            assertTrue(System.nanoTime() < deadline, () -> task + " does not block");
            Thread.yield();
        }
    }

    private static boolean hasCompiler() throws IOException {
        return Outside.lines("sh", "-c", "command -v cc || true").size() == 1;
    }

    @AfterEach
    void end() throws IOException {
        if (program != null) {
            program.getOutputStream().close();
            assertEquals(0, program.onExit().join().exitValue());
        }
    }

    private StackSnapshot snapshot() {
        return reading.of(Path.of("/proc", Long.toString(program.pid())));
    }

    @Test
    void eachStackHasItsOwnPages() throws IOException {
        OutsideMaps maps = OutsideMaps.of(program.pid());
        assertTrue(
                threads.stream()
                        .anyMatch(thread -> maps.holding(thread.base() - 1).length() >= 2 * thread.size()),
                "the kernel merged none of them");
        List<StackMeasure> measures = snapshot().measure(threads);
        assertEquals(threads.size(), measures.size());
        assertTrue(depths.get(1) > 2 * touched.get(1), "no sparse stack here");
        for (int i = 0; i < threads.size(); i++) {
            ThreadToMeasure thread = threads.get(i);
            long whole = touched.get(i);
            assertEquals(
                    new StackMeasure(thread.tid(), thread.base(), thread.size(), 0, whole, 0, depths.get(i)),
                    measures.get(i));
        }
    }

    @Test
    void withoutTheirAddressesNothingIsClaimed() throws IOException {
        OutsideMaps maps = OutsideMaps.of(program.pid());
        List<ThreadToMeasure> tidsAlone =
                threads.stream().map(thread -> ThreadToMeasure.of(thread.tid())).toList();
        List<StackMeasure> measures = snapshot().measure(tidsAlone);
        for (int i = 0; i < threads.size(); i++) {
            OutsideMaps.Row mapping = maps.holding(threads.get(i).base() - 1);
            boolean alone = threads.stream()
                            .filter(thread -> maps.holding(thread.base() - 1).equals(mapping))
                            .count()
                    == 1;
            long expected = alone ? touched.get(i) : StackMeasure.UNKNOWN;
            assertEquals(expected, measures.get(i).touched());
        }
    }

    @Test
    void theNeighboursAddressesCutOneOut() throws IOException {
        for (int i = 0; i < threads.size(); i++) {
            ThreadToMeasure hidden = threads.get(i);
            List<ThreadToMeasure> others = new ArrayList<>(threads);
            others.set(i, ThreadToMeasure.of(hidden.tid()));
            StackMeasure measure = snapshot().measure(others).get(i);
            assertEquals(hidden.base(), measure.base());
            assertEquals(touched.get(i), measure.touched());
            assertEquals(depths.get(i), measure.depth());
        }
    }
}
