package io.clonetrace.report.summary;

import java.util.ArrayList;
import java.util.List;

/** Which figures of a count are lower bounds: there were so many threads, and perhaps more. */
public record AtLeast(boolean created, boolean before, boolean alive, boolean peak) {
    /** All figures are what they say. */
    public static final AtLeast NOTHING = new AtLeast(false, false, false, false);

    AtLeast or(AtLeast other) {
        return new AtLeast(created || other.created, before || other.before, alive || other.alive, peak || other.peak);
    }

    /** The figures' names. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        if (created) {
            names.add("created");
        }
        if (before) {
            names.add("before");
        }
        if (alive) {
            names.add("alive");
        }
        if (peak) {
            names.add("peak");
        }
        return names;
    }
}
