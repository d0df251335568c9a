package io.clonetrace.junit;

import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.regex.Pattern;

/**
 * Threads that the JDK starts once for a whole JVM, by the first code that needs one (JDK 17 to 25). They are no
 * test's, and neither are the threads that they start. docs/junit.md repeats the list.
 */
final class JdkThreads {
    /**
     * Of the JDK's own system threads (Common-Cleaner, Keep-Alive-Timer, VirtualThread-unparker, Read-Poller, ...), and
     * of the carriers of virtual threads.
     */
    private static final Set<String> CLASSES =
            Set.of("jdk.internal.misc.InnocuousThread", "jdk.internal.misc.CarrierThread");

    private static final Pattern NAMES = Pattern.compile(String.join(
            "|",
            // java.util.concurrent: CompletableFuture.Delayer, and the common pool's own since JDK 25.
            "CompletableFutureDelayScheduler",
            "ForkJoinPool\\.commonPool-delayScheduler",
            // java.lang.ProcessHandleImpl, before JDK 21 a plain thread
            "process reaper.*",
            // jdk.jfr.internal
            "JFR Recorder Thread",
            "JFR Periodic Tasks",
            "JFR Event Stream \\d+",
            "JFR: Shutdown Hook",
            // sun.rmi, which JMX uses
            "RMI Reaper",
            "RMI Scheduler\\(\\d+\\)",
            "RMI RenewClean-.*",
            "GC Daemon",
            // sun.java2d, sun.awt
            "Java2D Disposer",
            "AWT-.*",
            // HotSpot
            "Attach Listener",
            "Signal Dispatcher"));

    private JdkThreads() {}

    /** @param thread not started yet, or alive: the pool's worker has left its pool when it has ended */
    static boolean isShared(Thread thread) {
        return CLASSES.contains(thread.getClass().getName())
                || thread instanceof ForkJoinWorkerThread worker && worker.getPool() == ForkJoinPool.commonPool()
                || NAMES.matcher(thread.getName()).matches();
    }
}
