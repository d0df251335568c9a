package io.clonetrace.clone;

/** Whose task a clone made. */
public enum TaskKind {
    /** A thread that Java code started. */
    JAVA,
    /** A thread that the VM made for itself: GC, compiler, signal dispatcher. */
    VM,
    /** A thread that other native code made. */
    NATIVE,
    /** A task that exists because clonetrace is on; no report counts it as the application's. */
    AGENT,
    /** A process. */
    PROCESS,
    /** A task of the native clone demo. */
    DEMO;

    /** The kind as events and reports name it, in lower case. */
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
