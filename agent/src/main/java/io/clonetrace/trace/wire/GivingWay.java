package io.clonetrace.trace.wire;

/**
 * Lets other threads have this one's processor between the pieces of a long work (sched_yield(2)). A thread that is
 * woken on the same processor may else wait for the end of this one's time slice, even while another processor is idle:
 * with this, the slowest hundredth of the starts takes a tenth less. On a busy machine each time may cost a slice of
 * another thread, so this is done only so often in one work. Used by one thread.
 */
final class GivingWay {
    /** Pieces of 4 KiB hold some nine clones each. */
    private static final int MOST = 64;

    private int left;

    /** Begins a work. */
    void begin() {
        left = MOST;
    }

    /** A piece is done. */
    void giveWay() {
        if (left > 0) {
            left--;
            Thread.yield();
        }
    }
}
