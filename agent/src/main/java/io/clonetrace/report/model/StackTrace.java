package io.clonetrace.report.model;

import java.util.List;
import java.util.Optional;

/**
 * A stack trace, innermost frame first.
 *
 * @param truncated whether the recording cut the outer frames off
 */
public record StackTrace(List<Frame> frames, boolean truncated) {
    private static final int FEW = 4;

    public StackTrace {
        frames = List.copyOf(frames);
    }

    /** The first frame outside the JDK and clonetrace; empty if there is none. */
    public Optional<Frame> outsideJdk() {
        return frames.stream()
                .filter(frame -> !frame.jdk() && !frame.isOurs() && !frame.isHidden())
                .findFirst();
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

    /** Its inner part: up to the first frame outside the JDK, or a few frames if there is none. */
    StackTrace innerPart() {
        int last = outsideJdk().map(frames::indexOf).orElse(Math.min(FEW, frames.size()) - 1);
        return new StackTrace(frames.subList(0, last + 1), true);
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

        /**
         * Whether the class is hidden (JEP 371), as that of a method reference is: its name is another in each run, and
         * no code that anyone wrote.
         */
        boolean isHidden() {
            return type.contains("+0x") || type.contains("/0x") || type.contains("$$Lambda");
        }

        /** Whether the frame stands there because clonetrace is on. */
        public boolean isOurs() {
            return type.startsWith(AGENT) || type.startsWith(HOOK);
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
