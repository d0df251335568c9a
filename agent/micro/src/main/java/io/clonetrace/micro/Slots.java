package io.clonetrace.micro;

import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/**
 * What the woven code of {@code java.lang.Thread} calls in this JVM, which runs with the agent.
 *
 * @param starting as in {@code java.lang.ClonetraceSlots}
 * @param started as there
 * @param exiting as there
 */
record Slots(Function<Object, Object> starting, ObjLongConsumer<Object> started, ObjLongConsumer<Object> exiting) {
    private static final String NAME = "java.lang.ClonetraceSlots";

    /** @throws ReflectiveOperationException if there is no agent */
    @SuppressWarnings("unchecked")
    static Slots filled() throws ReflectiveOperationException {
        return new Slots(
                (Function<Object, Object>) slot("starting"),
                (ObjLongConsumer<Object>) slot("started"),
                (ObjLongConsumer<Object>) slot("exiting"));
    }

    /** The {@code JavaThread*}; needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}. */
    static long eetop(Thread thread) throws ReflectiveOperationException {
        var field = Thread.class.getDeclaredField("eetop");
        field.setAccessible(true);
        return field.getLong(thread);
    }

    private static Object slot(String name) throws ReflectiveOperationException {
        return Class.forName(NAME, true, null).getField(name).get(null);
    }
}
