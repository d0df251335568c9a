package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.hotspot.OwnThread;
import io.clonetrace.linux.memory.Mincore;

/**
 * What a thread measures of its own stack, reused; see {@link OwnStack}. The sizes are those of {@link StackMeasure}.
 */
public final class OwnMeasure {
    private final OwnThread thread = new OwnThread();
    private final StackMeter meter;
    private final Mincore mincore;

    /** @param meter null to count by mincore */
    OwnMeasure(StackMeter meter) {
        this.meter = meter;
        this.mincore = meter == null ? new Mincore() : null;
    }

    /** The calling thread; filled in before {@link #take}. */
    public OwnThread thread() {
        return thread;
    }

    /**
     * Measures the stack of {@link #thread}.
     *
     * @return false if nothing is mapped there
     * @throws LinuxException if the kernel refuses, which it didn't when this was made
     */
    public boolean take() throws LinuxException {
        if (meter != null) {
            return meter.measure(thread.stackBase(), thread.stackSize());
        }
        mincore.count(thread.stackBase() - thread.stackSize(), thread.stackBase());
        return true;
    }

    /** Highest address, exclusive. */
    public long base() {
        return meter == null ? thread.stackBase() : meter.base();
    }

    /** Bytes of address space, the guard included. */
    public long reserved() {
        return meter == null ? thread.stackSize() : meter.reserved();
    }

    /** Inaccessible bytes at its low end, or {@link StackMeasure#UNKNOWN}. */
    public long guard() {
        return meter == null ? StackMeasure.UNKNOWN : meter.guard();
    }

    /** Bytes in memory. */
    public long touched() {
        return meter == null ? mincore.present() : meter.touched();
    }

    /** Bytes in transparent huge pages, or {@link StackMeasure#UNKNOWN}. */
    public long huge() {
        return meter == null ? StackMeasure.UNKNOWN : meter.huge();
    }

    /** Bytes from {@link #base} down to the lowest touched page; mincore does not see one that was swapped out. */
    public long depth() {
        return meter == null ? PageCount.depth(thread.stackBase(), mincore.lowest()) : meter.depth();
    }

    void free() {
        if (meter == null) {
            mincore.close();
        } else {
            meter.close();
        }
    }
}
