package io.clonetrace.agent.host;

import java.util.concurrent.TimeUnit;

/** The steps that end a session: whatever fails, those that follow are made too, and what failed is told. */
public final class Cleanup {
    private static final long LONGEST_SECONDS = 30;

    private volatile String failure;

    /** A step. */
    public interface Step {
        void take() throws Exception;
    }

    /** Takes a step. */
    public void step(Step step) {
        try {
            step.take();
        } catch (Exception | Error failed) {
            if (failure == null) {
                failure = failed.toString();
            }
        }
    }

    /**
     * Waits until the session's thread has ended.
     *
     * @param otherwise the step that is to be taken if that thread never ran; takes no effect a second time
     * @return null, or what could not be done
     */
    public String await(Thread session, Step otherwise) {
        boolean interrupted = false;
        try {
            session.join(TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
        } catch (InterruptedException callers) {
            interrupted = true;
        }
        if (session.isAlive()) {
            return "it has not ended within " + LONGEST_SECONDS + " s";
        }
        step(otherwise);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure;
    }
}
