package io.clonetrace.demoapp.bench;

/**
 * An agent that notes the time. One in front of another agent and one behind it say how long the JVM's start waited for
 * that one's premain.
 */
public final class Clock {
    private static long first;
    private static long last;

    private Clock() {}

    /** Called by the JVM before {@code main}, at each {@code -javaagent:demo-app.jar} (java.lang.instrument). */
    public static void premain(String options) {
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
