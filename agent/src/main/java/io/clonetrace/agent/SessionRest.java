package io.clonetrace.agent;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.process.WakeableWait;
import java.util.concurrent.locks.LockSupport;

/**
 * The sleep of the session's thread between two passes. {@link AgentThread#wake} ends it, and so does a source that has
 * captured a stack, or whose alarm rings, but not more often than each {@link PollInterval#APART_NANOS}. Used by that
 * thread.
 */
final class SessionRest implements AutoCloseable {
    private final AgentThread session;
    private WakeableWait wait;
    private boolean refused;
    private boolean called;
    private long rang;

    SessionRest(AgentThread session) {
        this.session = session;
    }

    /**
     * Sleeps.
     *
     * @param nanos how long
     * @param stacks a descriptor that becomes readable when a stack was captured; -1 for none
     * @param alarm a descriptor that becomes readable when the next pass is due; -1 for none
     * @param nothing whether the pass found nothing
     */
    void sleep(long nanos, int stacks, int alarm, boolean nothing) {
        boolean justCalled = called;
        called = false;
        if (stacks < 0 && alarm < 0 || justCalled && nothing || nanos <= PollInterval.APART_NANOS || !canWait()) {
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
        if (left > 0) {
            await(stacks, alarm, left);
        }
    }

    private void await(int stacks, int alarm, long nanos) {
        try {
            wait.await(stacks, alarm, nanos);
            called = wait.isReadable(0);
            if (wait.isReadable(1)) {
                keepApart();
            }
        } catch (LinuxException notWaited) {
            LockSupport.parkNanos(nanos);
        }
    }

    /** A loop of starts that are refused would ring at each of them. */
    private void keepApart() {
        long since = System.nanoTime() - rang;
        if (since < PollInterval.APART_NANOS) {
            LockSupport.parkNanos(PollInterval.APART_NANOS - since);
        }
        rang = System.nanoTime();
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
