package io.clonetrace.linux.hotspot;

/**
 * The native side of the thread that asks, as {@link OsThread}, filled anew by each that asks: a dying thread must not
 * allocate. For its first object HotSpot would cut it a piece out of the heap (TLAB), whose fresh pages and earlier
 * collections cost more than all that is read here.
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

    /** Becomes as that one is; always true. */
    public boolean set(OwnThread other) {
        set(other.tid, other.pthreadId, other.stackBase, other.stackSize);
        return true;
    }

    /** The kernel's id (gettid(2)). */
    public int tid() {
        return tid;
    }

    /** The stack's highest address, exclusive. */
    public long stackBase() {
        return stackBase;
    }

    /** Bytes below {@link #stackBase} that HotSpot calls the stack. */
    public long stackSize() {
        return stackSize;
    }

    /** As it is now, for keeping. */
    public OsThread toOsThread() {
        return new OsThread(tid, pthreadId, stackBase, stackSize);
    }
}
