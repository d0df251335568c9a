package io.clonetrace.linux;

import java.util.Optional;

/**
 * Why native code can't be called in this process, in the words of the first attempt: those that follow say only that a
 * class could not be initialized (JLS 12.4.2).
 */
public final class NativeFailure {
    private static volatile LinkageError first;

    private NativeFailure() {}

    /** Remembers the first failure. */
    public static synchronized void happened(LinkageError failure) {
        if (first == null) {
            first = failure;
        }
    }

    /** What to tell the user, in a sentence; empty if nothing has failed. */
    public static Optional<String> sentence() {
        return Optional.ofNullable(first).map(NativeFailure::sentence);
    }

    /** The same, after this failure, which may be a later one. */
    public static String sentence(LinkageError failure) {
        return "native code can't be used here: " + (first == null ? failure : first)
                + "; -Djna.tmpdir=FOLDER names a folder where a file can be written and executed";
    }
}
