package io.clonetrace.event;

import java.util.Locale;

/** The states of {@link SourceStatusEvent}. */
public enum SourceState {
    /** It observes. */
    ACTIVE,
    /** It could not start. */
    REFUSED,
    /** It started, and can't observe any longer. */
    LOST,
    /** It ended as planned. */
    STOPPED;

    /** The state's name in events and in the MXBean. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
