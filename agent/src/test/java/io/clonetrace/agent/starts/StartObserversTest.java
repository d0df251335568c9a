package io.clonetrace.agent.starts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.clonetrace.agent.host.SuppressedFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StartObserversTest {
    private final SuppressedFailures suppressed = new SuppressedFailures();
    private final StartObservers observers = new StartObservers(suppressed);
    private final List<Object> first = new ArrayList<>();
    private final List<Object> second = new ArrayList<>();

    @Test
    void removedObserverIsNotCalledAndTheOtherIs() {
        Runnable end = assertInstanceOf(Runnable.class, observers.add(first::add));
        observers.add(second::add);
        observers.starting("a");
        end.run();
        end.run();
        observers.starting("b");
        assertEquals(List.of("a"), first);
        assertEquals(List.of("a", "b"), second);
    }

    @Test
    void whatAnObserverThrowsIsCountedAndTheNextIsCalled() {
        observers.add(thread -> {
            throw new IllegalStateException("broken");
        });
        observers.add(second::add);
        observers.starting("a");
        assertEquals(List.of("a"), second);
        assertEquals(1, suppressed.count());
    }

    @Test
    void oneTooManyIsRefusedInALine() {
        Consumer<Object> observer = first::add;
        for (int i = 0; i < StartObservers.MOST; i++) {
            assertInstanceOf(Runnable.class, observers.add(observer));
        }
        assertEquals("16 observers of thread starts are on already", observers.add(observer));
    }
}
