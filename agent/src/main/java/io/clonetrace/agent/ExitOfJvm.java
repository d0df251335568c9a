package io.clonetrace.agent;

import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;

/** Gives back, as the JVM ends, what a source holds and the kernel doesn't free with the process. */
final class ExitOfJvm {
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final Thread agent;
    private final Runnable stop;
    private final Thread hook = new AgentThread("clonetrace end", this::end);
    private volatile boolean begun;

    /**
     * @param agent the agent's thread
     * @param stop asks it to end
     */
    ExitOfJvm(Thread agent, Runnable stop) {
        this.agent = agent;
        this.stop = stop;
    }

    void watch() {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The next source's start takes it away.
        }
    }

    void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs, or has run.
        }
    }

    /** Whether the JVM ends, and nothing but the source's own things is to be given back. */
    boolean hasBegun() {
        return begun;
    }

    private void end() {
        if (recordingRuns()) {
            // Its end, which JFR brings about just now, is the agent's too: clones are still to be read.
            return;
        }
        begun = true;
        stop.run();
        try {
            agent.join(PATIENCE_MILLIS);
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
