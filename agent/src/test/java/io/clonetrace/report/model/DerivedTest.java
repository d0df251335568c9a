package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class DerivedTest {
    private final Derived derived = new Derived();

    @Test
    void secondThreadWaitsForTheValueOfTheFirst() throws Exception {
        FutureTask<Object> second = new FutureTask<>(() -> derived.once(DerivedTest.class, Object::new));
        Thread thread = new Thread(second);
        Object first = derived.once(DerivedTest.class, () -> {
            thread.start();
            while (thread.getState() != Thread.State.BLOCKED && thread.isAlive()) {
                Thread.onSpinWait();
            }
            return new Object();
        });
        assertSame(first, second.get());
    }

    @Test
    void valueMayNeedAnother() {
        String text = derived.once(String.class, () -> "of " + derived.once(Integer.class, () -> 7));
        assertEquals("of 7", text);
    }

    @Test
    void failureIsNotKept() {
        assertThrows(
                IllegalStateException.class,
                () -> derived.once(DerivedTest.class, () -> {
                    throw new IllegalStateException();
                }));
        assertEquals("known", derived.once(DerivedTest.class, () -> "known"));
    }
}
