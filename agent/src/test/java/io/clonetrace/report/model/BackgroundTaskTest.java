package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundTaskTest {
    @Test
    void workIsDoneOnceWhoeverDoesIt() {
        for (int turn = 0; turn < 101; turn++) {
            AtomicInteger done = new AtomicInteger();
            BackgroundTask task = BackgroundTask.begin("turn", done::incrementAndGet);
            task.await();
            task.await();
            assertEquals(1, done.get());
        }
    }

    @Test
    void interruptedThreadWaitsAllTheSame() {
        AtomicInteger done = new AtomicInteger();
        BackgroundTask task = BackgroundTask.begin("interrupted", done::incrementAndGet);
        Thread.currentThread().interrupt();
        task.await();
        assertTrue(Thread.interrupted());
        assertEquals(1, done.get());
    }

    @Test
    void whatFailsIsThrownWhereItIsAwaited() {
        IllegalStateException wrong = new IllegalStateException();
        BackgroundTask failing = BackgroundTask.begin("failing", () -> {
            throw wrong;
        });
        assertSame(wrong, assertThrows(IllegalStateException.class, failing::await));
        StackOverflowError nested = new StackOverflowError();
        BackgroundTask overflowing = BackgroundTask.begin("overflowing", () -> {
            throw nested;
        });
        assertSame(nested, assertThrows(StackOverflowError.class, overflowing::await));
    }
}
