package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadLayoutTest {
    private static final int PID = (int) ProcessHandle.current().pid();

    @Test
    void javaThreadsHaveHotSpotsStartRoutine() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Set<Integer> before = tids();
        Thread[] threads = new Thread[7];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                try {
                    end.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            threads[i].start();
        }
        try {
            ThreadLayout layout = ThreadLayout.of(PID).orElseThrow();
            Set<Integer> made = tids();
            made.removeAll(before);
            Map<Integer, Long> routines = layout.startRoutines(made);
            assertTrue(routines.size() >= threads.length, routines::toString);
            assertEquals(1, Set.copyOf(routines.values()).size(), routines::toString);
            long routine = routines.values().iterator().next();
            assertTrue(routine >= layout.hotSpotStart() && routine < layout.hotSpotEnd());
            String name = layout.describe(routine).orElseThrow();
            assertTrue(name.startsWith("libjvm.so"), name);
        } finally {
            end.countDown();
        }
    }

    /** Against pthread_getattr_np(3) of native threads, each with another guard and size. */
    @Test
    void stacksAreThoseThatGlibcAllocated(@TempDir Path dir) throws Exception {
        Path source = Path.of("src/test/c/allocated_stacks.c");
        assumeTrue(Files.exists(source), "not run in the agent's folder");
        assumeTrue(run("sh", "-c", "command -v cc") == 0, "no C compiler (cc)");
        Path binary = dir.resolve("allocated_stacks");
        assertEquals(0, run("cc", "-O0", "-pthread", "-o", binary.toString(), source.toString()));
        Process program = new ProcessBuilder(binary.toString()).start();
        try (BufferedReader out = program.inputReader()) {
            Map<Integer, ThreadLayout.StackBlock> expected = new HashMap<>();
            Set<Integer> all = new HashSet<>(Set.of((int) program.pid()));
            for (String line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
                String[] field = line.split(" ");
                int tid = Integer.parseInt(field[0]);
                all.add(tid);
                long low = Long.parseLong(field[1], 16);
                long guard = Long.parseLong(field[3]);
                long base = low + Long.parseLong(field[2]);
                boolean own = field[4].equals("own");
                if (!own) {
                    expected.put(tid, new ThreadLayout.StackBlock(low - guard, base, guard));
                }
            }
            assertEquals(7, expected.size());
            ThreadLayout layout = ThreadLayout.of((int) program.pid()).orElseThrow();
            assertEquals(expected, layout.stacks(all, 9));
            assertEquals(Map.of(), layout.stacks(Set.of(1), 9));
        } finally {
            program.getOutputStream().close();
            program.waitFor();
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
    }

    @Test
    void describesNothingWhereNoFileIsMapped() {
        assertTrue(ThreadLayout.of(PID).orElseThrow().describe(1).isEmpty());
    }

    @Test
    void aProcessThatIsGoneHasNoLayout() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        assertTrue(ThreadLayout.of((int) gone.pid()).isEmpty());
    }

    private static Set<Integer> tids() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.map(task -> Integer.parseInt(task.getFileName().toString()))
                    .collect(Collectors.toSet());
        }
    }
}
