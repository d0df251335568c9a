package io.clonetrace.event;

import java.security.AccessController;
import java.security.PrivilegedAction;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/**
 * Sets JFR going. It makes threads then, which stay, and until JDK 23 a thread remembers whose code made it
 * (Thread.inheritedAccessControlContext), loader and all: this class is among what stays, and who calls it is
 * forgotten.
 */
@SuppressWarnings("removal")
public final class Recorder {
    private Recorder() {}

    /** Starts a recording. */
    public static void start(Recording recording) {
        AccessController.doPrivileged((PrivilegedAction<Void>) () -> {
            recording.start();
            return null;
        });
    }

    /**
     * Sets JFR up, if it isn't.
     *
     * @throws IllegalStateException if it can't be
     */
    public static void setUp() {
        AccessController.doPrivileged((PrivilegedAction<FlightRecorder>) FlightRecorder::getFlightRecorder);
    }
}
