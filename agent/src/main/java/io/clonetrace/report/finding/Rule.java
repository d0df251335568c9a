package io.clonetrace.report.finding;

import io.clonetrace.report.model.Jvm;
import java.util.List;

/** Looks for one problem in the recordings of a JVM. A rule has no state. */
public interface Rule {
    /** Its name, of lower-case words joined by {@code -}; stable, since tools read it. */
    String name();

    /** What it looks for, in one sentence. */
    String description();

    /** What it found, the worst first; empty if nothing, or if the recording lacks the data. */
    List<Finding> findings(Jvm jvm);
}
