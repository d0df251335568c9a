package io.clonetrace.clone;

import java.util.List;

/**
 * The native frames of a task at the moment of a call, innermost first. Holds no guessed frame: where unwinding could
 * not go on, the list ends, and says so.
 *
 * @param frames the frames; the first is within the system call's wrapper
 * @param end how the list ends
 * @param reason where unwinding stopped and why; null unless it is {@link End#BROKEN}
 */
public record NativeStack(List<NativeFrame> frames, End end, String reason) {
    /** How a list of frames ends. */
    public enum End {
        /** At the task's outermost frame. */
        OUTERMOST,
        /** At code that the JVM generated: compiled Java, the interpreter or a stub. */
        JAVA,
        /** Early: a caller could not be found. */
        BROKEN
    }

    public NativeStack {
        frames = List.copyOf(frames);
    }

    /** Whether no native frame is missing. */
    public boolean isComplete() {
        return end != End.BROKEN;
    }
}
