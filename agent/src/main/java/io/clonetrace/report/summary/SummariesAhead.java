package io.clonetrace.report.summary;

import io.clonetrace.report.model.Jvm;

/** Summaries of a JVM's threads, computed in a thread of their own, while its findings are looked for. */
public final class SummariesAhead {
    private SummariesAhead() {}

    /** Begins to compute them. A caller that needs one of them earlier waits for it, or computes it. */
    public static void begin(Jvm jvm) {
        if (Runtime.getRuntime().availableProcessors() == 1) {
            return;
        }
        Thread thread = new Thread(() -> compute(jvm), "summaries");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            // At a limit on threads: then they are computed when they are asked for.
        }
    }

    private static void compute(Jvm jvm) {
        try {
            CreationTree.of(jvm);
            StackTotal.of(jvm);
            KindCount.of(jvm);
        } catch (Throwable failed) {
            // Fails again, and is reported, where it is asked for.
        }
    }
}
