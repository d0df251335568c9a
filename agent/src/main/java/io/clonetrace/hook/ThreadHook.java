package io.clonetrace.hook;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.List;

/** The hook on {@code Thread}: put on once, proved to work, taken off again. Not safe for concurrent use. */
public final class ThreadHook {
    private final Instrumentation instrumentation;
    private final ThreadSlots slots;
    private ThreadWeaver weaver;

    /** Needs {@link JavaBase#open}. */
    public ThreadHook(Instrumentation instrumentation) throws ReflectiveOperationException, IOException {
        this.instrumentation = instrumentation;
        this.slots = ThreadSlots.inJavaBase();
    }

    /** Whether an agent of ours is on in this JVM already. */
    public boolean taken() throws ReflectiveOperationException {
        return slots.taken();
    }

    /**
     * Weaves the hook and lets {@code listener} have what it sees from now on. Advice on a method that has no code
     * would silently do nothing, so the caller starts a thread afterwards and sees whether it is told of it.
     *
     * @throws IllegalStateException if {@code Thread} could not be woven; nothing is changed then
     */
    public void install(ThreadListener listener) throws ReflectiveOperationException {
        weaver = new ThreadWeaver(slots);
        instrumentation.addTransformer(weaver, true);
        try {
            instrumentation.retransformClasses(woven());
        } catch (UnmodifiableClassException | RuntimeException | LinkageError refused) {
            uninstall();
            throw new IllegalStateException("java.lang.Thread can't be retransformed: " + refused, refused);
        }
        Throwable failure = weaver.failure();
        if (failure != null) {
            uninstall();
            throw new IllegalStateException("the hook can't be woven into java.lang.Thread: " + failure, failure);
        }
        slots.fill(listener);
    }

    /** Stops telling the listener, and restores {@code Thread}. */
    public void uninstall() throws ReflectiveOperationException {
        slots.clear();
        if (weaver == null) {
            return;
        }
        instrumentation.removeTransformer(weaver);
        weaver = null;
        try {
            instrumentation.retransformClasses(woven());
        } catch (UnmodifiableClassException refused) {
            throw new IllegalStateException("java.lang.Thread can't be restored: " + refused, refused);
        }
    }

    /** Exceptions of ours that reached the woven code, of all agents that this JVM ever had. */
    public long suppressed() {
        return slots.suppressed();
    }

    private static Class<?>[] woven() {
        List<Class<?>> classes = new ArrayList<>(List.of(Thread.class));
        try {
            classes.add(Class.forName("java.lang.VirtualThread", false, null));
        } catch (ClassNotFoundException olderJdk) {
            // No virtual threads before JDK 19.
        }
        return classes.toArray(new Class<?>[0]);
    }
}
