package io.clonetrace.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Needs java.lang opened to this module. */
class ThreadFieldsTest {
    private static final long STACK = 3 << 16;

    private final ThreadFields fields;

    ThreadFieldsTest() throws ReflectiveOperationException {
        fields = new ThreadFields();
    }

    /** On JDK 17 an application may answer any id. */
    private static final class Liar extends Thread {
        Liar(Runnable work) {
            super(null, work, "liar", STACK);
        }

        @Override
        public long getId() {
            return 1;
        }
    }

    @Test
    void eetopIsSetWhileTheThreadIsAlive() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        assertEquals(0, fields.eetop(thread));
        assertFalse(fields.live().contains(thread));
        thread.start();
        assertNotEquals(0, fields.eetop(thread));
        assertTrue(fields.live().contains(thread));
        end.countDown();
        thread.join();
        assertEquals(0, fields.eetop(thread));
        assertFalse(fields.live().contains(thread));
    }

    /** Thread.start is synchronized until JDK 18. */
    @Test
    void onlyTheHolderOfTheMonitorKeepsEetop() {
        Thread thread = new Thread();
        assertFalse(fields.keepsEetop(thread));
        synchronized (thread) {
            assertEquals(Runtime.version().feature() < 19, fields.keepsEetop(thread));
        }
    }

    @Test
    void idIsReadFromTheField() {
        Thread before = new Thread();
        Liar liar = new Liar(() -> {});
        Thread after = new Thread();
        assertTrue(fields.id(before) < fields.id(liar) && fields.id(liar) < fields.id(after));
        assertEquals(fields.id(before), before.getId());
    }

    @Test
    void requestedStackSizeIsTheConstructorsArgument() {
        assertEquals(STACK, fields.requestedStackSize(new Liar(() -> {})));
        assertEquals(0, fields.requestedStackSize(new Thread()));
    }
}
