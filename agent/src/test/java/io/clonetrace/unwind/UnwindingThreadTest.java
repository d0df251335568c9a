package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.clone.NativeStack.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnwindingThreadTest {
    private static final int PID = (int) ProcessHandle.current().pid();
    private static final long DEADLINE = TimeUnit.MINUTES.toNanos(2);

    @TempDir
    private Path folder;

    private final AtomicInteger started = new AtomicInteger();

    private Thread daemon(Runnable task) {
        started.incrementAndGet();
        Thread thread = new Thread(task, "unwinder");
        thread.setDaemon(true);
        return thread;
    }

    @Test
    void copiesAreUnwoundByOneThreadThatTheFirstStarts() throws Exception {
        StackCopy copy = StackCopies.load(StackCopies.compiled(folder)).take(3).copy();
        try (UnwindingThread unwinding = new UnwindingThread(this::daemon)) {
            assertTrue(unwinding.await(0));
            assertEquals(0, started.get());
            List<NativeOrigin> origins = new ArrayList<>();
            for (int i = 0; i < 101; i++) {
                origins.add(unwinding.resolve(PID, hotSpotCode(), copy));
            }
            assertTrue(unwinding.await(DEADLINE));
            assertEquals(1, started.get());
            NativeStack first = origins.get(0).stack().orElseThrow();
            assertEquals(End.JAVA, first.end());
            for (NativeOrigin origin : origins) {
                assertTrue(origin.isDone());
                assertSame(first, origin.stack().orElseThrow());
                assertTrue(origin.madeByHotSpot().orElseThrow(), origin::startRoutine);
                assertTrue(origin.javaStackPointer() > copy.stackPointer());
            }
            assertEquals(0, unwinding.dropped());
        }
    }

    private static long hotSpotCode() {
        return ThreadLayout.of(PID).orElseThrow().hotSpotStart();
    }

    @Test
    void withoutACopyOnlyTheStartRoutineIsFound() throws Exception {
        try (UnwindingThread unwinding = new UnwindingThread(this::daemon)) {
            NativeOrigin origin = unwinding.resolve(PID, hotSpotCode(), null);
            NativeOrigin nothing = unwinding.resolve(PID, CloneCall.UNKNOWN, null);
            assertTrue(unwinding.await(DEADLINE));
            assertTrue(origin.startRoutine().startsWith("libjvm.so"));
            assertTrue(origin.isDone() && origin.stack().isEmpty());
            assertTrue(nothing.isDone() && nothing.startRoutine() == null);
        }
    }

    @Test
    void aStartRoutineThatWasFoundBeforeWaitsForAHurry() throws Exception {
        List<Thread> threads = new ArrayList<>();
        try (UnwindingThread unwinding = new UnwindingThread(work -> {
            threads.add(daemon(work));
            return threads.get(0);
        })) {
            NativeOrigin first = unwinding.resolve(PID, hotSpotCode(), null);
            await(first::isDone);
            await(() -> threads.get(0).getState() == Thread.State.WAITING);
            List<NativeOrigin> others = new ArrayList<>();
            for (int i = 0; i < 101; i++) {
                others.add(unwinding.resolve(PID, hotSpotCode(), null));
            }
            assertEquals(Thread.State.WAITING, threads.get(0).getState());
            assertTrue(others.stream().noneMatch(NativeOrigin::isDone));
            unwinding.hurry(DEADLINE);
            for (NativeOrigin origin : others) {
                assertTrue(origin.isDone());
                assertEquals(first.startRoutine(), origin.startRoutine());
            }
            assertEquals(0, unwinding.dropped());
        }
    }

    @Test
    void afterAnExecveTheFirstStartRoutineDoesNotWait() throws Exception {
        List<Thread> threads = new ArrayList<>();
        try (UnwindingThread unwinding = new UnwindingThread(work -> {
            threads.add(daemon(work));
            return threads.get(0);
        })) {
            await(unwinding.resolve(PID, hotSpotCode(), null)::isDone);
            unwinding.replaced(PID);
            assertTrue(unwinding.await(DEADLINE));
            await(() -> threads.get(0).getState() == Thread.State.WAITING);
            await(unwinding.resolve(PID, hotSpotCode(), null)::isDone);
        }
    }

    /** A writer whose reader does not read asks for none. */
    @Test
    void startRoutinesThatWaitAreLookedUpBeforeThereIsNoRoom() throws Exception {
        int many = 1_009;
        try (UnwindingThread unwinding = new UnwindingThread(this::daemon, 64 * 512)) {
            await(unwinding.resolve(PID, hotSpotCode(), null)::isDone);
            List<NativeOrigin> origins = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                origins.add(unwinding.resolve(PID, hotSpotCode(), null));
                int waiting = i - 32;
                await(() -> waiting < 0 || origins.get(waiting).isDone());
            }
            unwinding.hurry(DEADLINE);
            assertEquals(
                    many,
                    origins.stream()
                            .filter(origin -> origin.startRoutine() != null)
                            .count());
            assertEquals(0, unwinding.dropped());
        }
    }

    private static void await(BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - began < DEADLINE);
            Thread.onSpinWait();
        }
    }

    @Test
    void startRoutinesThatWaitAreGivenUpAndCountedAtTheEnd() throws Exception {
        List<NativeOrigin> origins = new ArrayList<>();
        UnwindingThread unwinding = new UnwindingThread(this::daemon);
        for (int i = 0; i < 101; i++) {
            origins.add(unwinding.resolve(PID, hotSpotCode(), null));
        }
        unwinding.close();
        assertTrue(origins.stream().allMatch(NativeOrigin::isDone));
        assertEquals(
                unwinding.dropped(),
                origins.stream().filter(origin -> origin.missing() != null).count());
    }

    @Test
    void aProcessThatHasEndedIsNamed() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        try (UnwindingThread unwinding = new UnwindingThread(this::daemon)) {
            StackCopy copy = new StackCopy(new long[17], new byte[64], 64);
            NativeOrigin origin = unwinding.resolve((int) gone.pid(), CloneCall.UNKNOWN, copy);
            assertTrue(unwinding.await(DEADLINE));
            assertEquals("the process ended before its mappings were read", origin.missing());
        }
    }

    @Test
    void moreThanTheQueueHoldsIsDroppedAndCounted() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (UnwindingThread unwinding = new UnwindingThread(task -> daemon(() -> {
            try {
                go.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            task.run();
        }))) {
            StackCopy copy = new StackCopy(new long[17], new byte[1 << 20], 8);
            List<NativeOrigin> origins = new ArrayList<>();
            for (int i = 0; i < 19; i++) {
                origins.add(unwinding.resolve(PID, hotSpotCode(), copy));
            }
            assertEquals(4, unwinding.dropped());
            assertFalse(origins.get(0).isDone());
            assertEquals("no room for the copy of the stack", origins.get(18).missing());
            go.countDown();
            assertTrue(unwinding.await(DEADLINE));
            assertTrue(origins.stream().allMatch(NativeOrigin::isDone));
            // Whose the thread is takes no copy.
            assertTrue(origins.get(18).madeByHotSpot().orElseThrow());
            assertTrue(origins.get(18).stack().isEmpty());
            assertEquals("no room for the copy of the stack", origins.get(18).missing());
            assertEquals(4, unwinding.dropped());
        }
    }

    /** A shell whose maps are another program's after execve. */
    @Test
    void aProgramThatReplacesAnotherIsLookedAtAnew() throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "read line; exec cat").start();
        int pid = (int) shell.pid();
        try (UnwindingThread unwinding = new UnwindingThread(this::daemon)) {
            awaitProgram(pid, "read");
            NativeOrigin before = unwinding.resolve(pid, start(pid), null);
            assertTrue(unwinding.await(DEADLINE));
            String file = before.startRoutine().replaceAll("[!+].*", "");
            shell.getOutputStream().write('\n');
            shell.getOutputStream().flush();
            awaitProgram(pid, "cat");
            unwinding.replaced(pid);
            NativeOrigin after = unwinding.resolve(pid, start(pid), null);
            assertTrue(unwinding.await(DEADLINE));
            assertEquals("cat", after.startRoutine().replaceAll("[!+].*", ""));
            assertFalse(file.equals("cat"), file);
        } finally {
            shell.destroy();
        }
    }

    /** The lowest code of the process: that of its program. */
    private static long start(int pid) throws IOException {
        return Mappings.of(pid).all().get(0).start();
    }

    private static void awaitProgram(int pid, String argument) throws Exception {
        long deadline = System.nanoTime() + DEADLINE;
        while (!Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains(argument)
                || !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") S ")) {
            assertTrue(System.nanoTime() < deadline, argument);
            Thread.sleep(1);
        }
    }

    @Test
    void whatIsSubmittedAfterTheEndFails() {
        UnwindingThread unwinding = new UnwindingThread(this::daemon);
        unwinding.prepare(PID);
        unwinding.close();
        assertTrue(unwinding.resolve(PID, CloneCall.UNKNOWN, null).isDone());
        assertEquals(1, unwinding.dropped());
    }

    @Test
    void aThreadThatCantBeStartedHurtsNoSource() {
        UnwindingThread unwinding = new UnwindingThread(task -> new Thread() {
            @Override
            public synchronized void start() {
                throw new OutOfMemoryError("unable to create native thread");
            }
        });
        NativeOrigin origin = unwinding.resolve(PID, CloneCall.UNKNOWN, null);
        assertEquals(
                "the thread that unwinds native stacks can't be started: unable to create native thread",
                origin.missing());
        assertNull(origin.startRoutine());
        unwinding.close();
    }
}
