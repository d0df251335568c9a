package io.clonetrace.trace;

/** A source can't observe here; the message says why and what to do. */
public final class SourceRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    public SourceRefusedException(String why) {
        super(why);
    }

    public SourceRefusedException(String why, Throwable cause) {
        super(why, cause);
    }
}
