package io.clonetrace.hook;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import net.bytebuddy.asm.Advice;

/**
 * The code that Byte Buddy copies into {@code Thread}'s methods. It never runs here, and may name only types of
 * java.base.
 */
final class ThreadAdvice {
    private ThreadAdvice() {}

    /** Binds a parameter to the slot of the parameter's name in ClonetraceSlots. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Starting {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Started {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Failed {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Exiting {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface VirtualStarts {}

    /**
     * Around every method named start of Thread: {@code start()}, and on 21+ {@code start(ThreadContainer)}, which
     * pools call.
     */
    static final class Start {
        private Start() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static Object enter(@Advice.This Object child, @Starting Function<Object, Object> starting) {
            return starting == null ? null : starting.apply(child);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.Enter Object token,
                @Advice.FieldValue("eetop") long eetop,
                @Advice.Thrown Throwable thrown,
                @Started ObjLongConsumer<Object> started,
                @Failed BiConsumer<Object, Object> failed) {
            if (token == null) {
                return;
            }
            if (thrown == null) {
                if (started != null) {
                    started.accept(token, eetop);
                }
            } else if (failed != null) {
                failed.accept(token, thrown);
            }
        }
    }

    /** At the beginning of {@code Thread.exit()}, which the VM calls in the dying thread. */
    static final class Exit {
        private Exit() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.This Object thread,
                @Advice.FieldValue("eetop") long eetop,
                @Exiting ObjLongConsumer<Object> exiting) {
            if (exiting != null) {
                exiting.accept(thread, eetop);
            }
        }
    }

    /** After {@code VirtualThread.start(ThreadContainer)}, through which all virtual threads start. */
    static final class VirtualStart {
        private VirtualStart() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@VirtualStarts LongAdder virtualStarts) {
            if (virtualStarts != null) {
                virtualStarts.increment();
            }
        }
    }
}
