package io.clonetrace.report.model;

/**
 * One frame of a stack trace.
 *
 * @param type the class, with its package
 * @param line the line in its source; -1 if not known
 * @param jdk whether the class is the JDK's own: its loader is the boot loader or the platform's
 */
public record Frame(String type, String method, int line, boolean jdk) {
    private static final String AGENT = "io.clonetrace.agent.";
    private static final String HOOK = "io.clonetrace.hook.";

    /** Whether the frame stands there because clonetrace is on. */
    boolean isOurs() {
        return type.startsWith(AGENT) || type.startsWith(HOOK);
    }

    /** {@code Thread.start} and what the JDK's own callers of it lie behind, such as a ThreadContainer's start. */
    boolean isThreadStart() {
        return jdk && (method.equals("start") || method.equals("start0"));
    }

    /** JDK 21 and later: java/lang/VirtualThread.java and sun/nio/ch/Poller.java start threads as they are loaded. */
    boolean isOfVirtualThreads() {
        return jdk
                && (method.equals("<clinit>") && type.equals("java.lang.VirtualThread")
                        || type.equals("sun.nio.ch.Poller"));
    }

    /** {@code com.example.Pool.grow:37}. */
    @Override
    public String toString() {
        return type + '.' + method + (line < 0 ? "" : ":" + line);
    }
}
