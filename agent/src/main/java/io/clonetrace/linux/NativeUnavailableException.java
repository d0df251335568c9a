package io.clonetrace.linux;

/** Native code can't be used in this JVM; the message says why. The agent continues with what pure Java can see. */
public final class NativeUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    public NativeUnavailableException(String why, Throwable cause) {
        super(why, cause);
    }
}
