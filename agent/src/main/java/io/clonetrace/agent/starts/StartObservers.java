package io.clonetrace.agent.starts;

import io.clonetrace.agent.host.SuppressedFailures;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Code of the application's that observes thread starts, such as clonetrace's JUnit extension. Each observer is called
 * in the creator of a thread, before Thread.start, with the thread. Usually there is none, which costs one read of a
 * field.
 */
public final class StartObservers {
    /** Each start waits for all of them. */
    static final int MOST = 16;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final Consumer<Object>[] NONE = new Consumer[0];

    private final SuppressedFailures suppressed;
    private final AtomicReference<Consumer<Object>[]> observers = new AtomicReference<>(NONE);

    StartObservers(SuppressedFailures suppressed) {
        this.suppressed = suppressed;
    }

    /**
     * Adds one.
     *
     * @return a Runnable that removes it; or why it can't be added, in a line
     */
    public Object add(Consumer<Object> observer) {
        Consumer<Object>[] now;
        Consumer<Object>[] next;
        do {
            now = observers.get();
            if (now.length >= MOST) {
                return MOST + " observers of thread starts are on already";
            }
            next = Arrays.copyOf(now, now.length + 1);
            next[now.length] = observer;
        } while (!observers.compareAndSet(now, next));
        return (Runnable) () -> remove(observer);
    }

    private void remove(Consumer<Object> observer) {
        observers.updateAndGet(now -> {
            int place = Arrays.asList(now).indexOf(observer);
            if (place < 0) {
                return now;
            }
            Consumer<Object>[] next = Arrays.copyOf(now, now.length - 1);
            System.arraycopy(now, place + 1, next, place, next.length - place);
            return next;
        });
    }

    /** Before Thread.start. What an observer throws is counted, and changes nothing. */
    void starting(Object thread) {
        for (Consumer<Object> observer : observers.get()) {
            try {
                observer.accept(thread);
            } catch (Throwable failure) {
                suppressed.add(failure);
            }
        }
    }
}
