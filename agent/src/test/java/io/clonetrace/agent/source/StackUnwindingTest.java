package io.clonetrace.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.unwind.OriginResolver;
import io.clonetrace.unwind.StackCopy;
import io.clonetrace.unwind.UnwindingThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StackUnwindingTest {
    private static final StackCopy COPY = new StackCopy(new long[17], new byte[8], 8);
    private static final long HOTSPOT = 0x7f00_0000_2000L;
    private static final long ROUTINE = 0x7f00_0000_1000L;

    private final SuppressedFailures suppressed = new SuppressedFailures();
    private final List<Unwinder> made = new ArrayList<>();
    private final AtomicInteger lowered = new AtomicInteger();
    private boolean recorded = true;
    private String full;

    private final class Unwinder implements OriginResolver {
        private final NativeOrigin origin = new NativeOrigin(ROUTINE);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final Thread thread;
        private RuntimeException failure;

        Unwinder(ThreadFactory threads) {
            made.add(this);
            thread = threads.newThread(this::work);
            thread.start();
        }

        private void work() {
            try {
                closed.await();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public NativeOrigin resolve(int pid, long startRoutine, StackCopy copy) {
            if (failure != null) {
                throw failure;
            }
            return origin;
        }

        @Override
        public void close() {
            closed.countDown();
            try {
                thread.join();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private StackUnwinding unwinding(StackCapture.Mode mode, Function<ThreadFactory, OriginResolver> maker) {
        return new StackUnwinding(
                mode,
                () -> recorded,
                address -> address == HOTSPOT,
                () -> full,
                maker,
                lowered::incrementAndGet,
                suppressed);
    }

    @Test
    void threadIsMadeForTheFirstCopyAndIsOurs() throws Exception {
        StackUnwinding unwinding = unwinding(StackCapture.Mode.NATIVE, Unwinder::new);
        assertTrue(made.isEmpty());
        assertSame(unwinding, unwinding.capture().resolver());
        NativeOrigin origin = unwinding.resolve(7, ROUTINE, COPY);
        unwinding.resolve(7, ROUTINE, COPY);
        assertEquals(1, made.size());
        assertSame(made.get(0).origin, origin);
        Thread thread = made.get(0).thread;
        assertTrue(thread instanceof AgentThread && thread.isDaemon());
        assertEquals("clonetrace unwinder", thread.getName());
        unwinding.close();
        assertFalse(thread.isAlive());
        assertEquals(1, lowered.get());
        assertEquals("nothing records it", unwinding.resolve(7, ROUTINE, COPY).missing());
        assertEquals(1, made.size());
    }

    @Test
    void nothingIsCapturedIfItIsNotWanted() {
        assertEquals(
                StackCapture.OFF,
                unwinding(StackCapture.Mode.OFF, Unwinder::new).capture());
    }

    @Test
    void nothingIsUnwoundWhileNothingIsRecorded() {
        recorded = false;
        StackUnwinding unwinding = unwinding(StackCapture.Mode.ALL, Unwinder::new);
        NativeOrigin origin = unwinding.resolve(7, ROUTINE, COPY);
        assertTrue(origin.isDone());
        // It still tells the kind of the thread.
        assertEquals(ROUTINE, origin.startRoutineAddress());
        assertTrue(made.isEmpty());
        unwinding.close();
    }

    @Test
    void threadsOfHotSpotNeedNoUnwinder() {
        StackUnwinding unwinding = unwinding(StackCapture.Mode.NATIVE, Unwinder::new);
        NativeOrigin origin = unwinding.resolve(7, HOTSPOT, null);
        assertTrue(origin.isDone());
        // Nothing is missing.
        assertNull(origin.missing());
        assertTrue(made.isEmpty());
        unwinding.resolve(7, HOTSPOT, COPY);
        assertEquals(1, made.size());
        unwinding.close();
    }

    @Test
    void threadIsNotMadeWhereItWouldTakeTheApplications() {
        StackUnwinding unwinding = unwinding(StackCapture.Mode.NATIVE, UnwindingThread::new);
        unwinding.prepare();
        // The room at the first copy counts, not that at the beginning.
        full = "pids.max has room for 3 more";
        NativeOrigin origin = unwinding.resolve(7, ROUTINE, COPY);
        assertTrue(origin.isDone());
        assertTrue(origin.missing().endsWith(full), origin.missing());
        assertEquals(0, suppressed.count());
        assertEquals(0, lowered.get());
        unwinding.close();
    }

    @Test
    void whatTheUnwinderThrowsIsCountedAndCostsOneStack() {
        StackUnwinding unwinding = unwinding(StackCapture.Mode.NATIVE, Unwinder::new);
        unwinding.resolve(7, ROUTINE, COPY);
        made.get(0).failure = new IllegalStateException("broken");
        NativeOrigin origin = unwinding.resolve(7, ROUTINE, COPY);
        assertTrue(origin.isDone());
        assertEquals("java.lang.IllegalStateException: broken", origin.missing());
        assertEquals(1, suppressed.count());
        made.get(0).failure = null;
        assertSame(made.get(0).origin, unwinding.resolve(7, ROUTINE, COPY));
        unwinding.close();
    }

    @Test
    void unwinderThatCannotBeMadeIsCounted() {
        StackUnwinding unwinding = unwinding(StackCapture.Mode.NATIVE, threads -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertTrue(unwinding.resolve(7, ROUTINE, COPY).isDone());
        assertEquals(1, suppressed.count());
        unwinding.close();
    }
}
