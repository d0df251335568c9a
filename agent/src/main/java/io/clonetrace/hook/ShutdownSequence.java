package io.clonetrace.hook;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs code in the JVM's shutdown sequence (java.lang.Shutdown), around the shutdown hooks of {@link Runtime}, in the
 * thread that ends the JVM. A shutdown hook is a thread, and at a limit none can be started. At the first that can't
 * be, java.lang.ApplicationShutdownHooks (JDK 17 to 25) gives up: it starts no other, and waits for none that it has
 * started. The code here needs no thread.
 *
 * <p>Needs {@link JavaBase#open}.
 */
public final class ShutdownSequence {
    /** The slot of {@link Runtime}'s hooks in java.lang.Shutdown. */
    private static final int HOOKS = 1;

    private final Consumer<List<Thread>> before;
    private final Runnable after;
    private Runnable entered;
    private Runnable original;

    /**
     * Neither may throw.
     *
     * @param before is given the shutdown hooks that are about to be started
     * @param after called when they have ended; at a limit even if some were not started or have not ended
     */
    public ShutdownSequence(Consumer<List<Thread>> before, Runnable after) {
        this.before = before;
        this.after = after;
    }

    /**
     * Enters the sequence.
     *
     * @throws ReflectiveOperationException if this JDK's Shutdown is made differently
     */
    public synchronized void enter() throws ReflectiveOperationException {
        Field registered = field(Class.forName("java.lang.ApplicationShutdownHooks"), "hooks");
        Runnable[] slots = slots();
        synchronized (lock()) {
            Runnable hooks = slots[HOOKS];
            if (hooks == null) {
                throw new NoSuchFieldException("java.lang.Shutdown runs no hooks of Runtime");
            }
            entered = () -> {
                before.accept(hooks(registered));
                try {
                    hooks.run();
                } finally {
                    after.run();
                }
            };
            slots[HOOKS] = entered;
            original = hooks;
        }
    }

    /** Leaves the sequence as it was before; has no effect on a JVM that is already ending. */
    public synchronized void leave() throws ReflectiveOperationException {
        if (entered == null) {
            return;
        }
        Runnable[] slots = slots();
        synchronized (lock()) {
            if (slots[HOOKS] == entered) {
                slots[HOOKS] = original;
            }
        }
        entered = null;
    }

    private static List<Thread> hooks(Field registered) {
        List<Thread> hooks = new ArrayList<>();
        synchronized (registered.getDeclaringClass()) {
            try {
                Map<?, ?> threads = (Map<?, ?>) registered.get(null);
                if (threads != null) {
                    for (Object hook : threads.keySet()) {
                        hooks.add((Thread) hook);
                    }
                }
            } catch (IllegalAccessException | OutOfMemoryError none) {
                // The hooks run all the same.
                return hooks;
            }
        }
        return hooks;
    }

    private static Runnable[] slots() throws ReflectiveOperationException {
        return (Runnable[]) field(Class.forName("java.lang.Shutdown"), "hooks").get(null);
    }

    private static Object lock() throws ReflectiveOperationException {
        return field(Class.forName("java.lang.Shutdown"), "lock").get(null);
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
