package io.clonetrace.explain.evidence;

/** What failed. */
public enum Operation {
    /** {@code Thread.start}, by a message that names the thread. */
    THREAD_START("Thread.start"),
    /** An OutOfMemoryError: unable to create native thread; the JVM does not say why. */
    OUT_OF_MEMORY_ERROR("OutOfMemoryError: unable to create native thread"),
    PTHREAD_CREATE("pthread_create"),
    CLONE("clone"),
    FORK("fork"),
    /** Commit (mmap) or protection (mprotect) of a Java thread's guard zone: it splits the mapping of the stack. */
    GUARD_ZONE("making a guard zone"),
    MPROTECT("mprotect"),
    MMAP("mmap"),
    MALLOC("malloc"),
    /** A cgroup's pids controller refused a task, by the kernel's own message. */
    CGROUP_REFUSAL("a task in the cgroup");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }
}
