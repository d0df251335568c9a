package io.clonetrace.report.read;

import java.io.IOException;

/** The bytes of a chunk are not what its header, its metadata or the format says; the message tells which and where. */
final class DamagedChunkException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedChunkException(String message) {
        super(message);
    }
}
