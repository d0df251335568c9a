package io.clonetrace.hook;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The class {@code java.lang.ClonetraceSlots}, defined in java.base once a JVM, where a later attach finds it. */
final class ThreadSlots {
    private static final String NAME = "java.lang.ClonetraceSlots";

    /** Compiled from src/slots, as a part of java.base. */
    static final String RESOURCE = "/slots/java/lang/ClonetraceSlots.class";

    private final Class<?> slots;

    private ThreadSlots(Class<?> slots) {
        this.slots = slots;
    }

    /** Needs {@link JavaBase#open}. */
    static ThreadSlots inJavaBase() throws ReflectiveOperationException, IOException {
        try {
            return new ThreadSlots(Class.forName(NAME, true, null));
        } catch (ClassNotFoundException firstTime) {
            return new ThreadSlots(MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .defineClass(JarResource.read(RESOURCE)));
        }
    }

    @SuppressWarnings("unchecked")
    AtomicReference<Function<Object, Object>> agent() throws ReflectiveOperationException {
        return (AtomicReference<Function<Object, Object>>)
                slots.getField("agent").get(null);
    }

    void fill(ThreadListener listener) throws ReflectiveOperationException {
        set("exiting", listener.exiting());
        set("started", listener.started());
        set("failed", listener.failed());
        set("virtualStarts", listener.virtualStarts());
        set("starting", listener.starting());
    }

    void clear() throws ReflectiveOperationException {
        for (String slot : new String[] {"starting", "started", "failed", "exiting", "virtualStarts"}) {
            set(slot, null);
        }
    }

    long suppressed() {
        try {
            return slots.getField("suppressed").getLong(null);
        } catch (ReflectiveOperationException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private void set(String slot, Object value) throws ReflectiveOperationException {
        slots.getField(slot).set(null, value);
    }
}
