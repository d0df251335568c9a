package io.clonetrace.explain.evidence;

/**
 * The stack of the thread in which a JVM crashed.
 *
 * @param thread its name; null if not stated; hostile input
 * @param size bytes, with the guard zone
 * @param left bytes between its low end and the stack pointer; negative or more than the size if that points elsewhere
 */
public record CrashedStack(String thread, long size, long left, Place place) {
    /**
     * The access that the crash was.
     *
     * @param offset bytes above the low end of that stack; negative if below
     */
    public record Access(long offset, Place place) {}

    /** Whether the stack pointer is in it. */
    public boolean isInside() {
        return left >= 0 && left <= size;
    }
}
