package io.clonetrace.agent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;

/**
 * Ends, as the JVM ends, the source that has to be ended before. Where something is recorded, JFR ends and writes it at
 * the same time, so that neither waits for the other.
 */
final class ExitOfJvm {
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(1);
    private static final long LOOK_MILLIS = 20;

    private final Runnable hurry;
    private final Runnable stop;
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread hook = new AgentThread("clonetrace end", this::end);
    private volatile boolean begun;

    /**
     * @param hurry tells the source that the JVM ends
     * @param stop asks the agent's thread to end
     */
    ExitOfJvm(Runnable hurry, Runnable stop) {
        this.hurry = hurry;
        this.stop = stop;
    }

    void watch() {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException | SecurityException refused) {
            // What stays behind is taken away by the next start of a source.
        }
    }

    void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException | SecurityException ending) {
            // It runs, or has run.
        }
    }

    /** Whether the JVM ends, and nothing but the source's own things is to be given back. */
    boolean hasBegun() {
        return begun;
    }

    /** The agent's thread has ended the source. */
    void released() {
        released.countDown();
    }

    private void end() {
        hurry.run();
        try {
            long deadline = System.nanoTime() + Ending.PATIENCE_NANOS;
            boolean done = false;
            // Its end, which JFR brings about just now, is the source's too: clones are still to be read.
            while (!done && recordingRuns() && System.nanoTime() - deadline < 0) {
                done = released.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (!done) {
                begun = true;
                stop.run();
                released.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean recordingRuns() {
        return FlightRecorder.isInitialized()
                && FlightRecorder.getFlightRecorder().getRecordings().stream()
                        .anyMatch(recording -> recording.getState() == RecordingState.RUNNING);
    }
}
