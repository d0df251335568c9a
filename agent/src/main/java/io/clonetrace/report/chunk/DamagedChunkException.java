package io.clonetrace.report.chunk;

import java.io.IOException;

/** The bytes of a chunk are not what its header, its metadata or the format says; the message tells which and where. */
public final class DamagedChunkException extends IOException {
    private static final long serialVersionUID = 1;

    public DamagedChunkException(String message) {
        super(message);
    }
}
