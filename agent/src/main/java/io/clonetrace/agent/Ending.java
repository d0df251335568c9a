package io.clonetrace.agent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A recording, or a part of it, that waits for the agent's thread before it ends.
 *
 * @param last whether the JVM ends with it
 */
record Ending(boolean last, CountDownLatch done) {
    /** How long JFR waits for the agent at most. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Of the recording that ends at this moment. */
    static Ending now() {
        return new Ending(jvmEnds(), new CountDownLatch(1));
    }

    /** Of the observation alone: nobody waits. */
    static Ending ofObservation() {
        return new Ending(false, new CountDownLatch(1));
    }

    /**
     * Waits until the agent's thread has committed what it knows; not for ever, because JFR waits with us.
     *
     * @return whether it has
     */
    boolean await() {
        try {
            return done.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether this JVM is on its way to its end. */
    static boolean jvmEnds() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException shutdown) {
            return true;
        } catch (SecurityException unknown) {
            return false;
        }
    }
}
