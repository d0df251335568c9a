package io.clonetrace.cli.target;

import java.io.IOException;

/** A JVM closed a connection, or it broke, before the reply was complete: mostly because the JVM has ended. */
final class ConnectionLostException extends IOException {
    private static final long serialVersionUID = 1;

    ConnectionLostException(String message) {
        super(message);
    }

    ConnectionLostException(String message, Exception cause) {
        super(message, cause);
    }
}
