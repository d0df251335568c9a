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
    /** What its EventWriter needs for an event of 128 bytes or more, and for no other. */
    private static final String LOADED_LATE = "jdk.jfr.internal.Bits";

    private static volatile boolean held;

    private Recorder() {}

    /**
     * Whether an event may be made. Not so before JFR is set up and knows ours: the first event of a class would make
     * it load its metadata, for nobody; and if JFR is being set up at that moment, in another thread, one of the two
     * would hold the class's initialization and the other JFR's lock, and wait for each other for ever.
     */
    public static boolean isReady() {
        return !held;
    }

    /** From now on no event is to be made, or each may be. */
    public static void holdEvents(boolean hold) {
        held = hold;
    }

    /**
     * Has JFR load now what it would load in the midst of writing its first long event. Beside another agent whose
     * transformer throws - one with a library that is older than the JDK does so for each class, and JDK 25 records
     * exceptions by default - an event would be written inside that event, and inside that one the next: the recording
     * could not be read. To be called before something is recorded.
     */
    public static void loadEarly() {
        AccessController.doPrivileged((PrivilegedAction<Void>) () -> {
            try {
                Class.forName(LOADED_LATE);
            } catch (ClassNotFoundException otherJdk) {
                // It has nothing that would be loaded late.
            }
            return null;
        });
    }

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
