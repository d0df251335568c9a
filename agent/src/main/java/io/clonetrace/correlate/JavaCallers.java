package io.clonetrace.correlate;

import java.util.List;

/** Reads which Java code is inside a native call. Called by the agent's own thread. */
@FunctionalInterface
public interface JavaCallers {
    /** Where Java code can't be looked at. */
    JavaCallers NONE = (tid, stackPointer) -> List.of();

    /**
     * The Java frames of a thread, if it is still in that native call.
     *
     * @param tid the kernel's id of the thread
     * @param stackPointer of the Java frame that made the native call
     * @return a text for each frame, the native method first; empty if the thread is not, or no longer, in that call
     */
    List<String> callersOf(int tid, long stackPointer);
}
