package io.clonetrace.correlate;

import java.util.List;
import java.util.Optional;

/** Reads which Java code is inside a native call. Called by the agent's own thread. */
@FunctionalInterface
public interface JavaCallers {
    /** Where Java code can't be looked at. */
    JavaCallers NONE = (tid, wanted) -> Optional.empty();

    /**
     * A native call that a thread was in.
     *
     * @param method the native method's class and name, {@code java.lang.Thread.sleep}
     * @param stackPointer of the Java frame that made the call
     * @param frames a text for each Java frame, the native method first
     */
    record NativeCall(String method, long stackPointer, List<String> frames) {}

    /** Which calls are worth reading the frames, which may stop all Java threads (JDK 17). */
    @FunctionalInterface
    interface Wanted {
        /**
         * @param stackPointer of the Java frame that made the call
         * @param pc within that frame's code
         */
        boolean test(long stackPointer, long pc);
    }

    /**
     * The native call that a thread is in, with its Java frames.
     *
     * @param tid the kernel's id of the thread
     * @return empty if the thread is in none, or left it while it was looked at, or if that call is not wanted
     */
    Optional<NativeCall> callOf(int tid, Wanted wanted);
}
