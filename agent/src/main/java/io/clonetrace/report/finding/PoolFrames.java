package io.clonetrace.report.finding;

import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.Set;

/** Tells from a stack trace whether an executor started a thread. */
final class PoolFrames {
    private static final Set<String> OF_THE_JDK = Set.of(
            "java.util.concurrent.ThreadPoolExecutor",
            "java.util.concurrent.ScheduledThreadPoolExecutor",
            "java.util.concurrent.ForkJoinPool");

    /** A thread a task: no pool, whatever their names say. */
    private static final String NO_POOL = "ThreadPerTaskExecutor";

    private PoolFrames() {}

    /** Whether a pool's own code is between {@code Thread.start} and the site, the code that uses the pool. */
    static boolean arePools(StackTrace trace, Frame site) {
        for (Frame frame : trace.frames()) {
            if (frame.equals(site)) {
                return false;
            }
            if (isPool(frame)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPool(Frame frame) {
        if (frame.jdk()) {
            return OF_THE_JDK.contains(outer(frame.type()));
        }
        String simple = outer(frame.type());
        simple = simple.substring(simple.lastIndexOf('.') + 1);
        return !simple.equals(NO_POOL) && (simple.endsWith("Executor") || simple.endsWith("Pool"));
    }

    private static String outer(String type) {
        int nested = type.indexOf('$');
        return nested < 0 ? type : type.substring(0, nested);
    }
}
