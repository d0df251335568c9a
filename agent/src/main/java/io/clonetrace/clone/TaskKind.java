package io.clonetrace.clone;

/** What made a task, and so whose it is. */
public enum TaskKind {
    /** A thread that Java code started. */
    JAVA,
    /** A thread of the VM's own: GC, compiler, signal dispatcher. */
    VM,
    /** A thread started by other native code. */
    NATIVE,
    /** A task that exists because clonetrace is on; no report counts it as the application's. */
    AGENT,
    /** A process. */
    PROCESS,
    /** A task of the native clone demo. */
    DEMO;

    /** The kind's name in events and reports, in lower case. */
    public String label() {
        return switch (this) {
            case JAVA -> "java";
            case VM -> "vm";
            case NATIVE -> "native";
            case AGENT -> "agent";
            case PROCESS -> "process";
            case DEMO -> "demo";
        };
    }
}
