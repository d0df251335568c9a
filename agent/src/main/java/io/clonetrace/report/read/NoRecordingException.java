package io.clonetrace.report.read;

import java.io.IOException;

/** A file holds no recording that can be read. */
final class NoRecordingException extends IOException {
    private static final long serialVersionUID = 1;

    NoRecordingException(String message) {
        super(message);
    }

    /** Of a file of no bytes. */
    static NoRecordingException empty() {
        return new NoRecordingException(
                "it is empty: its JVM still runs (clonetrace dump PID writes what it has), or was killed:"
                        + " hs_err_pidPID.jfr in its working directory, or the folder of JFR in its"
                        + " java.io.tmpdir, whose name ends in _PID, may hold a part: clonetrace report FOLDER");
    }
}
