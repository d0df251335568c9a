package io.clonetrace.agent.creators;

import io.clonetrace.clone.CloneCall;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One thread, and what created it. It may end before its start has returned: the later of the two lets go of the
 * creator. Thread-safe; allocates nothing once it is made.
 */
public final class Creation {
    private static final int STARTING = 0;
    private static final int STARTED = 1;
    private static final int ENDED = 2;
    private static final AtomicIntegerFieldUpdater<Creation> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Creation.class, "state");

    private final long id;
    private final Creator creator;
    private long reserved;
    private volatile int state;

    /**
     * @param id Java's id of the thread, or the kernel's
     * @param creator held by the caller
     */
    Creation(long id, Creator creator) {
        this.id = id;
        this.creator = creator;
    }

    long id() {
        return id;
    }

    Creator creator() {
        return creator;
    }

    boolean hasEnded() {
        return state == ENDED;
    }

    boolean hasStarted() {
        return state == STARTED;
    }

    /** @param stackSize bytes; {@link CloneCall#UNKNOWN} if it could not be read */
    void started(long stackSize) {
        creator.countCreated(1);
        reserved = Math.max(0, stackSize);
        if (STATE.compareAndSet(this, STARTING, STARTED)) {
            creator.reserve(reserved);
            if (stackSize == CloneCall.UNKNOWN) {
                creator.reservedIsUnknown();
            }
        } else {
            creator.release();
        }
    }

    /** The start failed: there is no thread. */
    void failed() {
        if (STATE.getAndSet(this, ENDED) == STARTING) {
            creator.countEnded();
        }
        creator.release();
    }

    /** The thread ends; called again, it does nothing. */
    void ended() {
        int before = STATE.getAndSet(this, ENDED);
        if (before == ENDED) {
            return;
        }
        creator.countEnded();
        if (before == STARTED) {
            creator.reserve(-reserved);
            creator.release();
        }
    }
}
