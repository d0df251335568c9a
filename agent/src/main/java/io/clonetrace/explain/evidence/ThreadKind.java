package io.clonetrace.explain.evidence;

import java.util.Set;

/** What kind of thread a text shows. */
public enum ThreadKind {
    /**
     * A platform thread with a {@code java.lang.Thread}; HotSpot's JavaThread, so its compilers' too where no more is
     * known.
     */
    JAVA("Java"),
    /** A thread of the VM's own: GC, compiler, VM thread, signal dispatcher. */
    VM("VM"),
    /** A thread of other native code. */
    NATIVE("native"),
    /** A virtual thread: no task of the kernel, no stack of its own. */
    VIRTUAL("virtual"),
    /** A thread whose kind the text does not say. */
    UNKNOWN("kind not stated");

    private static final Set<String> VM_NAMES = Set.of(
            "Signal Dispatcher",
            "Service Thread",
            "Monitor Deflation Thread",
            "Notification Thread",
            "Sweeper thread",
            "StringDedupThread",
            "Attach Listener",
            "Surrogate Locker Thread (Concurrent GC)");

    private static final String C1 = "C1 CompilerThread";
    private static final String C2 = "C2 CompilerThread";
    private static final String JVMCI = "JVMCI CompilerThread";

    private final String label;

    ThreadKind(String label) {
        this.label = label;
    }

    /**
     * The kind of a thread that HotSpot lists as a JavaThread: those that it makes for itself have names of its own
     * (compileBroker.cpp, serviceThread.cpp, os.cpp and others).
     */
    public static ThreadKind ofJavaThread(String name) {
        if (name == null) {
            return JAVA;
        }
        return VM_NAMES.contains(name) || name.startsWith(C1) || name.startsWith(C2) || name.startsWith(JVMCI)
                ? VM
                : JAVA;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** Whether the kernel has a task for each, which counts in its limits. */
    public boolean isTask() {
        return this != VIRTUAL;
    }
}
