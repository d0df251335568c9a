package io.clonetrace.hook;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The hook on {@code Thread}: put on once, proved to work, taken off again. */
public final class ThreadHook {
    private final Instrumentation instrumentation;
    private final ThreadSlots slots;
    private final long suppressedBefore;
    private volatile ThreadWeaver weaver;

    /** Needs {@link JavaBase#open}. */
    public ThreadHook(Instrumentation instrumentation) throws ReflectiveOperationException, IOException {
        this.instrumentation = instrumentation;
        this.slots = ThreadSlots.inJavaBase();
        this.suppressedBefore = slots.suppressed();
    }

    /**
     * Makes this JVM's agent of ours be the one that answers requests by {@code agent}.
     *
     * @return false if there is one already; nothing is changed then
     */
    public boolean claim(Function<Object, Object> agent) throws ReflectiveOperationException {
        return slots.agent().compareAndSet(null, agent);
    }

    /** Lets another agent have this JVM. */
    public void release(Function<Object, Object> agent) throws ReflectiveOperationException {
        slots.agent().compareAndSet(agent, null);
    }

    /** What takes requests to the agent that is on, which may be of another version; empty if none is. */
    public Optional<Function<Object, Object>> agent() throws ReflectiveOperationException {
        return Optional.ofNullable(slots.agent().get());
    }

    /**
     * Weaves the hook and lets {@code listener} have what it sees from now on. Advice on a method that has no code
     * would silently do nothing, so the caller starts a thread afterwards and sees whether it is told of it.
     *
     * @throws IllegalStateException if {@code Thread} could not be woven; nothing is changed then
     * @throws IOException if our own code can't be read
     */
    public synchronized void install(ThreadListener listener) throws ReflectiveOperationException, IOException {
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
    public synchronized void uninstall() throws ReflectiveOperationException {
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

    /** How often the code of Thread came by to be woven: each time, somebody behind us may have taken the hook out. */
    public long transformations() {
        ThreadWeaver current = weaver;
        return current == null ? 0 : current.transformations();
    }

    /** Exceptions of this agent's that reached the woven code. */
    public long suppressed() {
        return slots.suppressed() - suppressedBefore;
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
