package io.clonetrace.agent.host;

import java.io.File;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that does nothing but count in the limits. Another thread that is needed because of us later takes its
 * place, and so not one of the application's.
 */
public final class ReservedThread {
    private static final long LONGEST_MILLIS = 100;
    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final AgentThread thread = new AgentThread("clonetrace reserve", this::keep);
    private volatile boolean given;

    /** Takes a place, if there is one. */
    public void take() {
        try {
            thread.start();
        } catch (OutOfMemoryError none) {
            given = true;
        }
    }

    /** Gives the place back, and waits for the kernel: a thread still counts for a moment after its join. */
    public void giveBack() {
        if (given) {
            return;
        }
        given = true;
        LockSupport.unpark(thread);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
        while (isThere() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(MOMENT_NANOS);
        }
    }

    private boolean isThere() {
        try {
            return thread.isAlive() || new File("/proc/self/task/" + thread.tid()).exists();
        } catch (SecurityException denied) {
            // By a security manager, to the application's thread that ends the JVM.
            return false;
        }
    }

    private void keep() {
        while (!given) {
            // Hosts that interrupt all threads when they end would make this loop spin.
            Thread.interrupted();
            LockSupport.park(this);
        }
    }
}
