package io.clonetrace.agent.jmx;

/** The sums over the stacks of one kind of threads, without stacks that could not be measured. */
public final class StackSum {
    private long threads;
    private long unmeasured;
    private long reserved;
    private long touched;
    private long huge;

    /** Adds the stack of one thread. */
    public void add(long reservedBytes, long touchedBytes, long hugeBytes) {
        threads++;
        reserved += reservedBytes;
        touched += Math.max(0, touchedBytes);
        huge += Math.max(0, hugeBytes);
    }

    /** Counts a thread whose stack could not be measured. */
    public void addUnmeasured() {
        threads++;
        unmeasured++;
    }

    /** Threads of this kind, including those whose stack could not be measured. */
    public long getThreads() {
        return threads;
    }

    /** Threads among them whose stack could not be measured. */
    public long getUnmeasured() {
        return unmeasured;
    }

    /** Bytes of address space. */
    public long getReserved() {
        return reserved;
    }

    /** Bytes in memory. */
    public long getTouched() {
        return touched;
    }

    /** Bytes of them in huge pages. */
    public long getHuge() {
        return huge;
    }
}
