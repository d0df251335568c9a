package io.clonetrace.linux.hotspot;

/**
 * The native side of the calling thread, as {@link OsThread}, but reused: a dying thread must not allocate. For its
 * first object HotSpot would give it a buffer of the heap (TLAB), whose fresh pages and earlier collections cost more
 * than everything that is read here.
 */
public final class OwnThread {
    private int tid;
    private long pthreadId;
    private long stackBase;
    private long stackSize;

    void set(int tid, long pthreadId, long stackBase, long stackSize) {
        this.tid = tid;
        this.pthreadId = pthreadId;
        this.stackBase = stackBase;
        this.stackSize = stackSize;
    }

    /** Copies the other one; returns true. */
    public boolean set(OwnThread other) {
        set(other.tid, other.pthreadId, other.stackBase, other.stackSize);
        return true;
    }

    /** The kernel's id (gettid(2)). */
    public int tid() {
        return tid;
    }

    /** glibc's pthread_t. */
    long pthreadId() {
        return pthreadId;
    }

    /** The stack's highest address, exclusive. */
    public long stackBase() {
        return stackBase;
    }

    /** Bytes below {@link #stackBase} that HotSpot calls the stack. */
    public long stackSize() {
        return stackSize;
    }

    /** An immutable copy. */
    public OsThread toOsThread() {
        return new OsThread(tid, pthreadId, stackBase, stackSize);
    }
}
