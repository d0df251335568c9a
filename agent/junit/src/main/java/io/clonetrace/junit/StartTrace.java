package io.clonetrace.junit;

import java.util.Arrays;
import java.util.List;

/** The stack trace of a thread start, without the frames of the agent and of JUnit. */
final class StartTrace {
    private static final String THREAD = "java.lang.Thread";
    private static final String STATIC_INITIALISER = "<clinit>";

    /** What lies between JUnit's invocation and a method of the test. */
    private static final List<String> INVOCATION =
            List.of("org.junit.", "java.lang.reflect.", "jdk.internal.reflect.", "java.lang.invoke.");

    private StartTrace() {}

    /**
     * Cuts off what is inside of Thread.start, and what is outside of the test if that runs in this thread.
     *
     * @param trace taken inside of Thread.start
     */
    static StackTraceElement[] ofTest(StackTraceElement[] trace) {
        int from = 0;
        while (from < trace.length && !isThreadStart(trace[from])) {
            from++;
        }
        int start = from;
        while (from < trace.length && isThreadStart(trace[from])) {
            from++;
        }
        if (start == trace.length) {
            // A stack deeper than -XX:MaxJavaStackTraceDepth, or a trace without frames.
            from = 0;
        }
        int to = from;
        while (to < trace.length && !trace[to].getClassName().equals(ThreadLeaksExtension.class.getName())) {
            to++;
        }
        if (to < trace.length) {
            while (to > from && isInvocation(trace[to - 1])) {
                to--;
            }
        }
        return Arrays.copyOfRange(trace, from, to);
    }

    private static boolean isThreadStart(StackTraceElement frame) {
        return frame.getClassName().equals(THREAD) && frame.getMethodName().equals("start");
    }

    private static boolean isInvocation(StackTraceElement frame) {
        return INVOCATION.stream().anyMatch(frame.getClassName()::startsWith);
    }

    /** Whether the frame is a static initialiser: what that starts belongs to its class. */
    static boolean isStaticInitialiser(StackTraceElement frame) {
        return frame.getMethodName().equals(STATIC_INITIALISER);
    }
}
