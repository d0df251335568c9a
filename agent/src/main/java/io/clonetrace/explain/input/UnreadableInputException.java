package io.clonetrace.explain.input;

import java.io.IOException;

/** An input holds no text; the message says what it is and what reads it, to follow the input's name. */
public final class UnreadableInputException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableInputException(String message) {
        super(message);
    }
}
