package io.clonetrace.agent.recording;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.SessionPart;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/**
 * The recordings that the process which attached the agent has started in this JVM, by how their names begin. They end
 * before the disk is full, as {@link DiskSpaceGuard} ends our own: that process watches the disk, too, but may be
 * stopped.
 */
public final class OwnersRecordings implements SessionPart {
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final String name;
    private long nextCheck = System.nanoTime();
    private boolean ended;

    /** @param name how their names begin */
    public OwnersRecordings(String name) {
        this.name = name;
    }

    @Override
    public void tick() {
        long now = System.nanoTime();
        if (now - nextCheck < 0) {
            return;
        }
        nextCheck = now + CHECK_NANOS;
        boolean isShort = DiskSpaceGuard.isRepositoryShort();
        if (isShort && !ended) {
            end();
        }
        ended = isShort;
    }

    /** Stops them, on another thread: JFR's lock is needed, and its holder may be waiting for the session's thread. */
    public void end() {
        new AgentThread("clonetrace jfr", this::stop).start();
    }

    private void stop() {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        for (Recording one : FlightRecorder.getFlightRecorder().getRecordings()) {
            if (one.getName().startsWith(name)) {
                one.close();
            }
        }
    }
}
