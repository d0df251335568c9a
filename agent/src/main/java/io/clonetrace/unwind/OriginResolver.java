package io.clonetrace.unwind;

import io.clonetrace.clone.NativeOrigin;

/** Takes copies of stacks from a source, and finds out later which functions they belong to. */
@FunctionalInterface
public interface OriginResolver {
    /**
     * Takes a copy. Never blocks: what is too much gets an origin that says so, and is counted.
     *
     * @param pid the process of the task that made the call
     * @param startRoutine the address of the function that the new thread runs;
     *     {@link io.clonetrace.clone.CloneCall#UNKNOWN} if it was not observed
     * @param copy the caller's stack; null if it was not captured
     * @return where the call was made, filled in later
     */
    NativeOrigin resolve(int pid, long startRoutine, StackCopy copy);

    /**
     * Finds out now what was put off: where a thread begins is looked up together with others.
     *
     * @param nanos how long to wait for it at most
     */
    default void hurry(long nanos) {}

    /**
     * The pid belongs to another program now: the process has called execve(2), or has ended. What is known of its
     * files holds for the copies taken before, not for those that follow.
     */
    default void replaced(int pid) {}

    /** Ends the work, and waits for that; what is not known by then stays unknown. */
    default void close() {}
}
