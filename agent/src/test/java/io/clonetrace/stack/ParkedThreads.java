package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Java threads that recursed to a depth, came back, and wait; with the base and size that /proc/PID/smaps shows. */
final class ParkedThreads implements AutoCloseable {
    /** A depth that no stack can hold. */
    static final int OVERFLOW = Integer.MAX_VALUE;

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final long DEADLINE_SECONDS = 60;

    private final List<Thread> java = new ArrayList<>();
    private final List<CountDownLatch> releases = new ArrayList<>();
    private final List<ThreadToMeasure> threads = new ArrayList<>();

    private ParkedThreads() {}

    static ParkedThreads start(int count, long stackSize, int depth) throws IOException {
        ParkedThreads parked = new ParkedThreads();
        CountDownLatch ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            CountDownLatch release = new CountDownLatch(1);
            Runnable run = () -> {
                recurse(depth);
                ready.countDown();
                park(release);
            };
            Thread thread = new Thread(null, run, "park-" + NAMES.incrementAndGet(), stackSize);
            thread.setDaemon(true);
            parked.java.add(thread);
            parked.releases.add(release);
            thread.start();
        }
        parked.find(ready);
        return parked;
    }

    private void find(CountDownLatch ready) throws IOException {
        try {
            assertTrue(ready.await(DEADLINE_SECONDS, TimeUnit.SECONDS), "not all threads started");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Map<String, Path> dirByComm = new HashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    dirByComm.put(Files.readString(task.resolve("comm")).strip(), task);
                } catch (IOException ended) {
                    // Since it was listed; those that are looked for live.
                }
            }
        }
        List<Long> pointers = new ArrayList<>();
        for (Thread thread : java) {
            Path task = dirByComm.get(thread.getName());
            assertNotNull(task, thread::getName);
            pointers.add(pointerOnceBlocked(thread, task.resolve("syscall")));
        }
        OutsideMaps maps = OutsideMaps.ofSelf();
        for (int i = 0; i < java.size(); i++) {
            OutsideMaps.Row stack = maps.holding(pointers.get(i));
            OutsideMaps.Row zone = maps.guardBelow(stack);
            assertNotNull(zone, () -> "no guard zone below " + stack);
            int tid = Integer.parseInt(dirByComm.get(name(i)).getFileName().toString());
            threads.add(new ThreadToMeasure(tid, stack.end(), stack.end() - zone.start()));
        }
    }

    private static long pointerOnceBlocked(Thread thread, Path syscall) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (System.nanoTime() < deadline) {
            String[] fields = Files.readString(syscall).split(" ");
            if (fields.length == 9 && thread.getState() == Thread.State.WAITING) {
                return Long.decode(fields[7]);
            }
            Thread.yield();
        }
        throw new AssertionError(thread + " does not block");
    }

    private static int recurse(int depth) {
        try {
            return depth == 0 ? 0 : 1 + recurseDeeper(depth - 1);
        } catch (StackOverflowError e) {
            assertTrue(depth > OVERFLOW / 2, "only the thread that is to overflow");
            return 0;
        }
    }

    private static int recurseDeeper(int depth) {
        return depth == 0 ? 0 : 1 + recurseDeeper(depth - 1);
    }

    private static void park(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String name(int index) {
        return java.get(index).getName();
    }

    /** The threads in the order they were started. */
    List<ThreadToMeasure> threads() {
        return threads;
    }

    /** Ends one thread and waits until the kernel has forgotten it. */
    void end(int index) {
        releases.get(index).countDown();
        Path task =
                Path.of("/proc/self/task", Integer.toString(threads.get(index).tid()));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (Files.exists(task)) {
            assertTrue(System.nanoTime() < deadline, () -> task + " does not end");
            Thread.yield();
        }
    }

    @Override
    public void close() {
        releases.forEach(CountDownLatch::countDown);
        for (int i = 0; i < threads.size(); i++) {
            end(i);
        }
    }
}
