package io.clonetrace.linux.process;

import io.clonetrace.linux.jna.LibC;

/** The id of this process. */
public final class ProcessId {
    private ProcessId() {}

    /** getpid(2). {@code ProcessHandle} would start the JDK's threads that reap children. */
    public static int own() {
        return LibC.getpid();
    }
}
