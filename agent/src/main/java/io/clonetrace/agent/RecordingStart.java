package io.clonetrace.agent;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.limits.ThreadHeadroom;
import io.clonetrace.linux.proc.Patience;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * The start of the agent's own recording, on a thread of its own: to set JFR up takes longer than all else that a
 * session does before it is active, and neither needs the other.
 */
final class RecordingStart {
    /** How long it is waited for while it makes no progress. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long CHECK_MILLIS = 50;

    private final Runnable work;
    private volatile AgentThread thread;

    /** @param work starts the recording, or prints why it can't */
    RecordingStart(Runnable work) {
        this.work = work;
    }

    /** Begins it; where no thread can be started, does it here. Called by the session's thread. */
    void begin() {
        AgentThread starting = new AgentThread("clonetrace recording", work);
        try {
            starting.start();
            thread = starting;
        } catch (OutOfMemoryError noThread) {
            work.run();
        }
    }

    /** Whether it has begun and is not over. */
    boolean isRunning() {
        AgentThread starting = thread;
        return starting != null && starting.isAlive();
    }

    /**
     * Why something else has no room below the limits on threads, if the threads of the recording are to have theirs;
     * null if it has. Waits for the recording only if that decides.
     *
     * @param shortage the same, by how many threads are still to come
     */
    String shortage(IntFunction<String> shortage) {
        if (isRunning()) {
            if (shortage.apply(ThreadHeadroom.RECORDING) == null) {
                return null;
            }
            await();
        }
        return shortage.apply(0);
    }

    /** If it has begun, waits until it is over, or makes no progress. */
    void await() {
        AgentThread starting = thread;
        if (starting == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        Patience patience = starting.patience(PATIENCE_NANOS, TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS));
        while (starting.isAlive() && !patience.isOver()) {
            try {
                starting.join(CHECK_MILLIS);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
