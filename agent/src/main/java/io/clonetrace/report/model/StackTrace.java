package io.clonetrace.report.model;

import java.util.List;
import java.util.Optional;

/**
 * A stack trace, innermost frame first.
 *
 * @param truncated whether the recording cut the outer frames off
 */
public record StackTrace(List<Frame> frames, boolean truncated) {
    public StackTrace {
        frames = List.copyOf(frames);
    }

    /**
     * Who made the call: the first frame outside the JDK and clonetrace; where there is none, the JDK's own that is
     * next to {@code Thread.start}.
     */
    public Optional<Frame> site() {
        return frames.stream()
                .filter(frame -> !frame.jdk() && !frame.isOurs())
                .findFirst()
                .or(() -> frames.stream()
                        .filter(frame -> !frame.isOurs() && !frame.isThreadStart())
                        .findFirst());
    }

    /** Whether the agent's own code made the call, itself or through a library. */
    boolean isAgents() {
        for (Frame frame : frames) {
            if (frame.isOurs()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the JDK itself makes a thread there, at the first use of virtual threads or of their blocking I/O. */
    boolean isForVirtualThreads() {
        for (Frame frame : frames) {
            if (!frame.jdk() && !frame.isOurs()) {
                return false;
            }
            if (frame.isOfVirtualThreads()) {
                return true;
            }
        }
        return false;
    }

    /** The same without what lies outside of its call site. */
    StackTrace untilSite() {
        return site().map(site -> new StackTrace(frames.subList(0, frames.indexOf(site) + 1), true))
                .orElse(new StackTrace(List.of(), true));
    }

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

        /**
         * JDK 21 and later: java/lang/VirtualThread.java and sun/nio/ch/Poller.java start threads as they are loaded.
         */
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
}
