package io.clonetrace.agent.creators;

import io.clonetrace.clone.CloneCall;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One thread, and what created it, which is known once its start has returned. It may end before that: the later of the
 * two lets go of the creator. Thread-safe; allocates nothing once it is made.
 */
public final class Creation {
    private static final int STARTING = 0;
    private static final int STARTED = 1;
    private static final int ENDED = 2;
    private static final AtomicIntegerFieldUpdater<Creation> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Creation.class, "state");

    private final long id;

    /** Null until the start has returned. */
    private Creator creator;

    private long reserved;
    private volatile int state;

    /** @param id Java's id of the thread, or the kernel's */
    Creation(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    /** Null while its start has not returned. */
    Creator creator() {
        return creator;
    }

    boolean hasEnded() {
        return state == ENDED;
    }

    boolean hasStarted() {
        return state == STARTED;
    }

    /**
     * The start has returned.
     *
     * @param held what created it, held by the caller
     * @param stackSize bytes; {@link CloneCall#UNKNOWN} if it could not be read
     */
    void started(Creator held, long stackSize) {
        held.countCreated(1);
        creator = held;
        reserved = Math.max(0, stackSize);
        if (STATE.compareAndSet(this, STARTING, STARTED)) {
            held.reserve(reserved);
            if (stackSize == CloneCall.UNKNOWN) {
                held.reservedIsUnknown();
            }
        } else {
            held.countEnded();
            held.release();
        }
    }

    /** The start failed: there is no thread. */
    void failed() {
        state = ENDED;
    }

    /** The thread ends; called again, it does nothing. */
    void ended() {
        if (STATE.getAndSet(this, ENDED) == STARTED) {
            creator.countEnded();
            creator.reserve(-reserved);
            creator.release();
        }
    }
}
