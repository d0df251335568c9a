package io.clonetrace.demoapp.bench;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;

/**
 * An agent that notes the time. One in front of another agent and one behind it say how long the JVM's start waited for
 * that one's premain. With an option it does the least that an agent for thread starts has to do.
 */
public final class Clock {
    private static long first;
    private static long last;

    private Clock() {}

    /**
     * Called by the JVM before {@code main}, at each {@code -javaagent:demo-app.jar} (java.lang.instrument).
     *
     * @param options {@code retransform}: lets the JVM make {@code Thread} anew, from the same code
     */
    public static void premain(String options, Instrumentation instrumentation) throws UnmodifiableClassException {
        if ("retransform".equals(options)) {
            instrumentation.retransformClasses(Thread.class);
        }
        last = System.nanoTime();
        if (first == 0) {
            first = last;
        }
    }

    /** Nanoseconds from the first note to the last. */
    static long between() {
        return last - first;
    }
}
