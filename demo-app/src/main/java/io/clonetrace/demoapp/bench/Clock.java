package io.clonetrace.demoapp.bench;

import io.clonetrace.demoapp.bench.events.StackEvents;
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
     * @param options {@code retransform}: lets the JVM make {@code Thread} anew, from the same code; {@code stacks}:
     *     commits an event for each live thread at the end of the recording
     */
    public static void premain(String options, Instrumentation instrumentation) throws UnmodifiableClassException {
        if ("retransform".equals(options)) {
            instrumentation.retransformClasses(Thread.class);
        } else if ("stacks".equals(options)) {
            StackEvents.atEndOfChunks();
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
