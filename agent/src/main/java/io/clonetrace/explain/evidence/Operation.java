package io.clonetrace.explain.evidence;

/** What failed. */
public enum Operation {
    /** {@code Thread.start} threw OutOfMemoryError: the JVM does not say why. */
    THREAD_START("Thread.start"),
    PTHREAD_CREATE("pthread_create"),
    CLONE("clone"),
    FORK("fork"),
    /** mprotect(2) of a guard zone: it splits a mapping. */
    PROTECT_GUARD_ZONE("mprotect of a guard zone"),
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
