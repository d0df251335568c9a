package io.clonetrace.agent.recording;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.options.RecordingBounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** The recording of {@code record=FILE}, if there is one. */
public final class OwnRecording {
    private final JfrState jfr;
    private volatile Path destination;
    private volatile Recording recording;
    private volatile boolean refused;

    public OwnRecording(JfrState jfr) {
        this.jfr = jfr;
    }

    /** Starts it, or prints why it can't. */
    public void start(Path file, RecordingBounds bounds) {
        try {
            jfr.setUpByUs();
            Recording started = RecordingFile.start(file, bounds);
            destination = started.getDestination();
            recording = started;
        } catch (IOException | RuntimeException why) {
            refused = true;
            Console.say("nothing is recorded: " + why.getMessage());
        } catch (Error broken) {
            refused = true;
            Console.failed("nothing is recorded", broken);
        }
    }

    /** Null if there is none, or not yet. */
    public Recording recording() {
        return recording;
    }

    /** Whether it could not be started. */
    boolean isRefused() {
        return refused;
    }

    /** The file that it was started for. Unlike {@link #file}, does not take JFR's lock. */
    Path destination() {
        return destination;
    }

    /** Its end will write nothing: a later agent records into the file instead. */
    public void leaveFile() {
        Recording mine = recording;
        if (mine != null) {
            try {
                mine.setDestination(null);
            } catch (IOException | IllegalStateException ended) {
                // Then it is written already.
            }
        }
    }

    /** The file that its end will write; empty if there is none. */
    public Optional<Path> file() {
        Recording mine = recording;
        return mine == null || mine.getState() != RecordingState.RUNNING
                ? Optional.empty()
                : Optional.ofNullable(mine.getDestination());
    }

    /**
     * Writes what it holds so far into a file, and records on.
     *
     * @return null, or why it can't, in a line
     */
    public String dump(Path into) {
        Recording mine = recording;
        if (mine == null || mine.getState() != RecordingState.RUNNING) {
            return "the agent has no recording of its own; jcmd PID JFR.dump writes those of others";
        }
        try {
            RecordingFile.dump(mine, into);
            return null;
        } catch (IOException | RuntimeException failed) {
            return String.valueOf(failed.getMessage());
        }
    }

    /** Ends it and so writes its file, unless something else has. */
    public void end() {
        Recording mine = recording;
        if (mine != null && mine.getState() == RecordingState.RUNNING) {
            try {
                mine.stop();
            } finally {
                mine.close();
            }
        }
    }
}
