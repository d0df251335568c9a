package io.clonetrace.correlate;

import io.clonetrace.clone.TaskKind;
import java.lang.ref.WeakReference;

/** Java threads as the hook, or a look at the live ones, would tell them. */
final class Threads {
    private Threads() {}

    /** A thread whose start ran between these milliseconds. */
    static JavaThread started(String name, TaskKind kind, int creator, int tid, long tls, long before, long after) {
        return thread(name, kind, tid, tls, after, new JavaThread.Creator(creator, 1, "creator", before));
    }

    /** The same, of the application, by the thread that {@link Observed} calls main, at one moment. */
    static JavaThread started(String name, int tid, long tls, long millis) {
        return started(name, TaskKind.JAVA, Observed.MAIN, tid, tls, millis, millis);
    }

    /** A thread that lived at that moment. */
    static JavaThread seen(String name, int tid, long tls, long millis) {
        return thread(name, TaskKind.JAVA, tid, tls, millis, null);
    }

    private static JavaThread thread(
            String name, TaskKind kind, int tid, long tls, long known, JavaThread.Creator creator) {
        return new JavaThread(new WeakReference<>(null), name.hashCode(), name, kind, tid, tls, known, creator);
    }
}
