package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
