package io.clonetrace.report.chunk;

/** A value of an event can't be read: what it refers to is damaged. */
public final class UnreadableValueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableValueException(String message) {
        super(message);
    }

    UnreadableValueException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
