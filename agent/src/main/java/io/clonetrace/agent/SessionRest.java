package io.clonetrace.agent;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.process.WakeableWait;
import java.util.concurrent.locks.LockSupport;

/**
 * The sleep of the session's thread between two passes. {@link AgentThread#wake} ends it, and so does a source that has
 * captured a stack, but not more often than each {@link PollInterval#APART_NANOS}. Used by that thread.
 */
final class SessionRest implements AutoCloseable {
    private final AgentThread session;
    private WakeableWait wait;
    private boolean refused;
    private boolean called;

    SessionRest(AgentThread session) {
        this.session = session;
    }

    /**
     * Sleeps.
     *
     * @param nanos how long
     * @param descriptor what ends it when it becomes readable; -1 for nothing
     * @param nothing whether the pass found nothing
     */
    void sleep(long nanos, int descriptor, boolean nothing) {
        boolean justCalled = called;
        called = false;
        if (descriptor < 0 || justCalled && nothing || nanos <= PollInterval.APART_NANOS || !canWait()) {
            // What called was not finished: the clone's record follows the stack's.
            LockSupport.parkNanos(justCalled ? Math.min(nanos, PollInterval.APART_NANOS) : nanos);
            return;
        }
        long left = nanos;
        if (justCalled) {
            long began = System.nanoTime();
            LockSupport.parkNanos(PollInterval.APART_NANOS);
            left -= System.nanoTime() - began;
        }
        called = left > 0 && awaitOrPark(descriptor, left);
    }

    private boolean awaitOrPark(int descriptor, long nanos) {
        try {
            return wait.await(descriptor, nanos);
        } catch (LinuxException notWaited) {
            LockSupport.parkNanos(nanos);
            return false;
        }
    }

    private boolean canWait() {
        if (wait == null && !refused) {
            try {
                wait = WakeableWait.open();
                session.waker(wait::wake);
            } catch (LinuxException | LinkageError unavailable) {
                refused = true;
            }
        }
        return wait != null;
    }

    @Override
    public void close() {
        if (wait != null) {
            wait.close();
        }
    }
}
