package io.clonetrace.clone;

import java.util.Optional;

/**
 * Where in native code a task was made: the new thread's start routine and its creator's frames. Unwinding takes longer
 * than a source may wait, so the parts may arrive after the call that they belong to. Thread-safe; set once.
 */
public final class NativeOrigin {
    private static final String HOTSPOT = "libjvm.so";

    private final long startRoutineAddress;
    private final long stackPointer;
    private volatile boolean done;
    private volatile String startRoutine;
    private volatile NativeStack stack;
    private volatile String missing;
    private volatile long javaStackPointer = CloneCall.UNKNOWN;

    /** One of which nothing is known yet. */
    public NativeOrigin() {
        this(CloneCall.UNKNOWN);
    }

    /** As {@link #NativeOrigin(long, long)}, with an unknown stack pointer. */
    public NativeOrigin(long startRoutineAddress) {
        this(startRoutineAddress, CloneCall.UNKNOWN);
    }

    /**
     * One of which only addresses are known yet.
     *
     * @param startRoutineAddress the address of the function passed to pthread_create(3), in the process that made the
     *     call; {@link CloneCall#UNKNOWN} if it was not observed
     * @param stackPointer the creator's at the call; {@link CloneCall#UNKNOWN} if it was not observed
     */
    public NativeOrigin(long startRoutineAddress, long stackPointer) {
        this.startRoutineAddress = startRoutineAddress;
        this.stackPointer = stackPointer;
    }

    /** One that is known already. */
    public static NativeOrigin of(String startRoutine, NativeStack stack) {
        NativeOrigin origin = new NativeOrigin();
        origin.complete(startRoutine, stack, CloneCall.UNKNOWN);
        return origin;
    }

    /**
     * Sets what was found.
     *
     * @param startRoutine the function passed to pthread_create(3), as {@link NativeFrame#text}; null if not observed
     * @param stack the creator's frames; null if they were not captured
     * @param javaStackPointer the stack pointer of the Java frame at which the frames end; {@link CloneCall#UNKNOWN} if
     *     they don't end at one
     */
    public void complete(String startRoutine, NativeStack stack, long javaStackPointer) {
        this.startRoutine = startRoutine;
        this.stack = stack;
        this.javaStackPointer = javaStackPointer;
        done = true;
    }

    /**
     * Gives up on the frames.
     *
     * @param startRoutine as for {@link #complete}
     * @param why why there are no frames
     */
    public void fail(String startRoutine, String why) {
        this.startRoutine = startRoutine;
        missing = why;
        done = true;
    }

    /**
     * Says why there will be no frames, before it is known whether there is a start routine. Called by the source.
     *
     * @param why as for {@link #fail}
     * @return this
     */
    public NativeOrigin withoutStack(String why) {
        missing = why;
        return this;
    }

    /** Whether nothing more will be known. */
    public boolean isDone() {
        return done;
    }

    /** The address of the function that the new thread runs; {@link CloneCall#UNKNOWN} if it was not observed. */
    public long startRoutineAddress() {
        return startRoutineAddress;
    }

    /** The creator's stack pointer at the call; {@link CloneCall#UNKNOWN} if it was not observed. */
    public long stackPointer() {
        return stackPointer;
    }

    /** Whether the start routine is one of HotSpot's; empty while {@link #startRoutine} is null. */
    public Optional<Boolean> madeByHotSpot() {
        String routine = startRoutine;
        return routine == null
                ? Optional.empty()
                : Optional.of(routine.startsWith(HOTSPOT + "!") || routine.startsWith(HOTSPOT + "+"));
    }

    /** The function that the new thread runs; null if not, or not yet, known. */
    public String startRoutine() {
        return startRoutine;
    }

    /** The creator's frames; empty if not, or not yet, known. */
    public Optional<NativeStack> stack() {
        return Optional.ofNullable(stack);
    }

    /** Why there are no frames; null if there are, or while they may still arrive. */
    public String missing() {
        return missing;
    }

    /** The stack pointer of the Java frame at which the frames end; {@link CloneCall#UNKNOWN} without one. */
    public long javaStackPointer() {
        return javaStackPointer;
    }
}
