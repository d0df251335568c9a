package io.clonetrace.event;

import java.security.AccessController;
import java.security.PrivilegedAction;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/**
 * Sets JFR up. JFR then starts threads, which stay, and until JDK 23 a thread refers to the code that made it
 * (Thread.inheritedAccessControlContext), and so to its loader. This class is in a loader that stays, and its callers
 * are not referred to.
 */
@SuppressWarnings("removal")
public final class Recorder {
    /** JFR's EventWriter needs it for events of 128 bytes or more, and for no others. */
    private static final String LOADED_LATE = "jdk.jfr.internal.Bits";

    private static volatile boolean held;

    private Recorder() {}

    /**
     * Whether an event may be created. Not before JFR is set up and our events are registered: the first event of a
     * class would make JFR load its metadata needlessly; and if another thread is just setting JFR up, one of the two
     * would hold the class's initialization lock and the other JFR's lock, and both would wait for ever.
     */
    public static boolean isReady() {
        return !held;
    }

    /** Forbids or allows events, see {@link #isReady}. */
    public static void holdEvents(boolean hold) {
        held = hold;
    }

    /**
     * Loads a class that JFR would otherwise load while it writes its first long event. If the transformer of another
     * agent throws at that moment, which one with a library older than the JDK does for each class, and exceptions are
     * recorded, which JDK 25 does by default, then an event is written inside an event, and the recording can't be
     * read. Must be called before anything is recorded.
     */
    public static void loadEarly() {
        AccessController.doPrivileged((PrivilegedAction<Void>) () -> {
            try {
                Class.forName(LOADED_LATE);
            } catch (ClassNotFoundException otherJdk) {
                // It loads nothing late.
            }
            return null;
        });
    }

    /** Starts a recording, and JFR if necessary. */
    public static void start(Recording recording) {
        AccessController.doPrivileged((PrivilegedAction<Void>) () -> {
            recording.start();
            return null;
        });
    }

    /**
     * Sets JFR up, unless it is.
     *
     * @throws IllegalStateException if it can't be
     */
    public static void setUp() {
        AccessController.doPrivileged((PrivilegedAction<FlightRecorder>) FlightRecorder::getFlightRecorder);
    }
}
