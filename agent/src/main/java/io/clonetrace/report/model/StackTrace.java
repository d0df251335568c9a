package io.clonetrace.report.model;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A stack trace, innermost frame first: of Java code, or of native code and the Java code that called it.
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
                .filter(frame -> !frame.jdk() && !frame.isNative() && !frame.isOurs() && !frame.isHidden())
                .findFirst();
    }

    /** Whether the agent's own code made the call, itself or through a library. */
    public boolean isAgents() {
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

    /** Where among the frames that are not clonetrace's own a call site is; -1 if it is not. */
    public int indexOf(Frame site) {
        int index = 0;
        for (Frame frame : frames) {
            if (!frame.isOurs()) {
                if (frame.equals(site)
                        || site.isNative()
                                && frame.isNative()
                                && NativeChain.callSite(frame).equals(site)) {
                    return index;
                }
                index++;
            }
        }
        return -1;
    }

    /** Those of its frames, in order. */
    public List<Frame> of(Predicate<Frame> wanted) {
        return frames.stream().filter(wanted).toList();
    }

    /**
     * One frame of a stack trace.
     *
     * @param type the class, with its package; of native code the library's file name
     * @param method of native code the function, empty if the library has no symbol for it
     * @param place the line in its source; of native code bytes from the function's begin or, without a function, the
     *     library's. -1 if not known
     */
    public record Frame(String type, String method, long place, Code code) {
        private static final String AGENT = "io.clonetrace.agent.";
        private static final String HOOK = "io.clonetrace.hook.";

        /** Whose code it is. */
        public enum Code {
            /** Java code of the application or of a library. */
            JAVA,
            /** The JDK's own classes: their loader is the boot loader or the platform's. */
            JDK,
            /** A native library. */
            NATIVE
        }

        /**
         * A frame of Java code.
         *
         * @param jdk whether the class is the JDK's own
         */
        public Frame(String type, String method, int line, boolean jdk) {
            this(type, method, line, jdk ? Code.JDK : Code.JAVA);
        }

        /** Whether it is the JDK's Java code. */
        public boolean jdk() {
            return code == Code.JDK;
        }

        public boolean isNative() {
            return code == Code.NATIVE;
        }

        /** The line in its Java source; -1 if not known or if it has none. */
        public int line() {
            return isNative() ? -1 : (int) place;
        }

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
            return jdk()
                    && (method.equals("<clinit>") && type.equals("java.lang.VirtualThread")
                            || type.equals("sun.nio.ch.Poller"));
        }

        /** {@code com.example.Pool.grow:37}; {@code libexample.so!grow+0x25}. */
        @Override
        public String toString() {
            if (isNative()) {
                return type
                        + (method.isEmpty() ? "" : "!" + method)
                        + (place < 0 ? "" : "+0x" + Long.toHexString(place));
            }
            return type + '.' + method + (place < 0 ? "" : ":" + place);
        }
    }
}
