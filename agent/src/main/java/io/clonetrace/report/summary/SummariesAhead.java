package io.clonetrace.report.summary;

import io.clonetrace.report.model.BackgroundTask;
import io.clonetrace.report.model.Jvm;

/** Summaries of a JVM's threads, computed in a thread of their own, while its findings are looked for. */
public final class SummariesAhead {
    private SummariesAhead() {}

    /** Begins to compute them. A caller that needs one of them earlier waits for it, or computes it. */
    public static void begin(Jvm jvm) {
        // What fails fails again, and is reported, where it is asked for.
        BackgroundTask.begin("summaries", () -> {
            CreationTree.of(jvm);
            StackTotal.of(jvm);
            KindCount.of(jvm);
        });
    }
}
