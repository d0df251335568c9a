package io.clonetrace.explain.evidence;

/** What kind of thread a text shows. */
public enum ThreadKind {
    /**
     * A platform thread with a {@code java.lang.Thread}; HotSpot's JavaThread, so its compilers' too where no more is
     * known.
     */
    JAVA("Java"),
    /** A thread of the VM's own: GC, compiler, VM thread, watcher. */
    VM("VM"),
    /** A thread of other native code. */
    NATIVE("native"),
    /** A virtual thread: no task of the kernel, no stack of its own. */
    VIRTUAL("virtual"),
    /** A thread of which the text does not tell the kind. */
    UNKNOWN("kind not told");

    private final String label;

    ThreadKind(String label) {
        this.label = label;
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
