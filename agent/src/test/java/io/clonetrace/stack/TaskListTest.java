package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskListTest {
    private final TaskList tasks = TaskList.ofSelf();

    @Test
    void listsTheThreadsThatLsLists() throws IOException {
        try (ParkedThreads parked = ParkedThreads.start(7, 0, 0)) {
            List<Integer> listed;
            List<Integer> ls;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            do { // The JVM itself starts and ends threads, as the one that waits for ls.
                assertTrue(System.nanoTime() < deadline, "never the same");
                listed = Arrays.stream(tasks.tids()).boxed().toList();
                ls = Outside.lines("ls", "/proc/" + ProcessHandle.current().pid() + "/task").stream()
                        .map(Integer::valueOf)
                        .sorted()
                        .toList();
            } while (!listed.equals(ls));
            for (ThreadToMeasure thread : parked.threads()) {
                assertTrue(listed.contains(thread.tid()), thread::toString);
            }
        }
    }

    @Test
    void aThreadIsThereUntilItEnds() throws IOException {
        int tid;
        try (ParkedThreads parked = ParkedThreads.start(1, 0, 0)) {
            tid = parked.threads().get(0).tid();
            assertTrue(tasks.contains(tid));
            assertEquals(Optional.of(parked.name(0)), tasks.comm(tid));
        }
        assertFalse(tasks.contains(tid));
        assertEquals(Optional.empty(), tasks.comm(tid));
    }

    @Test
    void aThreadThatComputesIsRunnableAndOneThatWaitsIsNot() throws IOException {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try (ParkedThreads parked = ParkedThreads.start(1, 0, 0)) {
            int pid = (int) busy.pid();
            TaskList its = TaskList.of(Path.of("/proc/" + pid));
            long before = its.runNanos(pid).orElseThrow();
            while (!its.isRunnable(pid) || its.runNanos(pid).orElseThrow() <= before) {
                Thread.onSpinWait();
            }
            assertFalse(tasks.isRunnable(parked.threads().get(0).tid()));
        } finally {
            busy.destroyForcibly();
        }
        assertFalse(tasks.isRunnable(0));
        assertEquals(OptionalLong.empty(), tasks.runNanos(0));
    }

    /** Any thread may write the name of another of its process (proc(5), /proc/PID/comm). */
    @Test
    void anyBytesCanBeAName() throws IOException {
        try (ParkedThreads parked = ParkedThreads.start(1, 0, 0)) {
            int tid = parked.threads().get(0).tid();
            Path comm = Path.of("/proc/self/task", Integer.toString(tid), "comm");

            Files.write(comm, "a\nb\033[2J\n)x".getBytes(StandardCharsets.UTF_8));
            assertEquals(Optional.of("a\nb\033[2J\n)x"), tasks.comm(tid));

            Files.write(comm, new byte[] {'x', (byte) 0xff, (byte) 0xc3});
            assertEquals(Optional.of("x\ufffd\ufffd"), tasks.comm(tid));

            Files.write(comm, "fünfzehn-Bytes-lang".getBytes(StandardCharsets.UTF_8));
            assertEquals(Optional.of("fünfzehn-Bytes"), tasks.comm(tid));

            Files.write(comm, "\n".getBytes(StandardCharsets.UTF_8));
            assertEquals(Optional.of("\n"), tasks.comm(tid));
        }
    }

    @Test
    void tidsAreAscending(@TempDir Path dir) throws IOException {
        for (String tid : new String[] {"1000", "9", "77"}) {
            Files.createDirectories(dir.resolve("task").resolve(tid));
        }
        assertArrayEquals(new int[] {9, 77, 1000}, TaskList.of(dir).tids());
        assertTrue(Arrays.stream(tasks.tids()).allMatch(tid -> tid > 0));
    }

    @Test
    void theKernelsCountIsThatOfTheList() throws IOException {
        try (ParkedThreads parked = ParkedThreads.start(13, 0, 0)) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            // The JVM itself starts and ends threads.
            while (tasks.count() != tasks.tids().length) {
                assertTrue(System.nanoTime() < deadline, "never the same");
            }
            assertTrue(tasks.count() > parked.threads().size());
        }
    }

    @Test
    void aProcessThatIsGoneHasNoCount(@TempDir Path dir) {
        assertEquals(-1, TaskList.of(dir.resolve("gone")).count());
    }

    @Test
    void aProcessThatIsGoneHasNoList(@TempDir Path dir) {
        assertThrows(IOException.class, () -> TaskList.of(dir.resolve("gone")).tids());
    }
}
