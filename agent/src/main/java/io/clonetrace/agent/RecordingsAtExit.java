package io.clonetrace.agent;

import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Writes the recordings when the JVM ends at a limit: what JFR has for that is a thread (a shutdown hook), which can't
 * be started either, and so the recording that says why would be lost.
 */
final class RecordingsAtExit {
    private static final String HOOK = "JFR Shutdown Hook";

    private RecordingsAtExit() {}

    /** Does so if the thread that could not be started is JFR's hook; in the thread that ends the JVM. */
    static void writeInPlaceOf(Thread thread) {
        if (!thread.getName().equals(HOOK) || !Ending.jvmEnds()) {
            return;
        }
        for (Recording recording : FlightRecorder.getFlightRecorder().getRecordings()) {
            if (recording.getState() == RecordingState.RUNNING
                    && recording.getDumpOnExit()
                    && recording.getDestination() != null) {
                recording.stop();
            }
        }
    }
}
