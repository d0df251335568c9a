package io.clonetrace.demo;

import io.clonetrace.stack.StackMeasure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's id of the calling thread, without native code. */
final class ThreadSelf {
    private static final Path LINK = Path.of("/proc/thread-self");

    private ThreadSelf() {}

    /** The tid; {@link StackMeasure#UNKNOWN} without /proc (proc(5), since Linux 3.17). */
    static int tid() {
        try {
            return Integer.parseInt(Files.readSymbolicLink(LINK).getFileName().toString());
        } catch (IOException noProc) {
            return (int) StackMeasure.UNKNOWN;
        }
    }
}
