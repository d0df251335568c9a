package io.clonetrace.hook;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The hook in {@code Thread}: installed once, and removed again. */
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
     * Registers {@code agent} as what answers requests to the agent of this JVM.
     *
     * @return false if another one is registered; nothing is changed then
     */
    public boolean claim(Function<Object, Object> agent) throws ReflectiveOperationException {
        return slots.agent().compareAndSet(null, agent);
    }

    /** Unregisters it, so that another agent may start in this JVM. */
    public void release(Function<Object, Object> agent) throws ReflectiveOperationException {
        slots.agent().compareAndSet(agent, null);
    }

    /** What answers requests to the agent that is on, maybe one of another version; empty if none is. */
    public Optional<Function<Object, Object>> agent() throws ReflectiveOperationException {
        return Optional.ofNullable(slots.agent().get());
    }

    /**
     * Weaves the hook, which then calls {@code listener}. Advice on a method without code would silently do nothing, so
     * the caller must start a thread afterwards and check that the listener is called.
     *
     * @throws IllegalStateException if {@code Thread} can't be woven; nothing is changed then
     * @throws IOException if our own code can't be read
     */
    public synchronized void install(ThreadListener listener) throws ReflectiveOperationException, IOException {
        weaver = new ThreadWeaver();
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

    /** Stops calling the listener, and restores {@code Thread}. */
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

    /** How often the code of Thread was transformed: each time a later transformer may have removed the hook. */
    public long transformations() {
        ThreadWeaver current = weaver;
        return current == null ? 0 : current.transformations();
    }

    /** Exceptions of this agent that reached the woven code. */
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
