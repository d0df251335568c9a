package io.clonetrace.report.read;

import java.io.IOException;

/** A file holds no recording that can be read. */
final class NoRecordingException extends IOException {
    private static final long serialVersionUID = 1;

    NoRecordingException(String message) {
        super(message);
    }
}
