package io.clonetrace.agent.creators;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.util.concurrent.atomic.AtomicLong;

/** Code that creates threads, and the counts of its threads. Thread-safe, without locks. */
public final class Creator {
    /** What {@link #holds} is once the creator is retired: no addition makes it positive again. */
    private static final long RETIRED = Long.MIN_VALUE / 2;

    private final TaskKind kind;
    private final String name;
    private final AtomicLong created = new AtomicLong();
    private final AtomicLong alive = new AtomicLong();
    private final AtomicLong reserved = new AtomicLong();

    /** Its threads that live. */
    private final AtomicLong holds = new AtomicLong();

    private volatile boolean reservedIsKnown = true;
    private volatile long touched = CloneCall.UNKNOWN;

    Creator(TaskKind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    /** Whose threads they are: {@link TaskKind#JAVA} or {@link TaskKind#NATIVE}. */
    public TaskKind kind() {
        return kind;
    }

    /** The call site, or the library of native code; may be any text. */
    public String name() {
        return name;
    }

    /** Threads that it has created since counting began. */
    public long created() {
        return created.get();
    }

    /** Threads of these that live. */
    public long alive() {
        return Math.max(0, alive.get());
    }

    /** Bytes of address space of the live threads' stacks; {@link CloneCall#UNKNOWN} if one could not be read. */
    public long reserved() {
        return reservedIsKnown ? Math.max(0, reserved.get()) : CloneCall.UNKNOWN;
    }

    /**
     * Bytes of these that were in memory when the stacks were last measured; {@link CloneCall#UNKNOWN} if they were
     * not.
     */
    public long touched() {
        return touched;
    }

    void touched(long bytes) {
        touched = bytes;
    }

    /** Counts a live thread; false if this creator is retired and must not be used. */
    boolean hold() {
        if (holds.incrementAndGet() <= 0) {
            holds.decrementAndGet();
            return false;
        }
        alive.incrementAndGet();
        return true;
    }

    void release() {
        holds.decrementAndGet();
    }

    void countCreated(long more) {
        created.addAndGet(more);
    }

    void countEnded() {
        alive.decrementAndGet();
    }

    void reserve(long bytes) {
        reserved.addAndGet(bytes);
    }

    void reservedIsUnknown() {
        reservedIsKnown = false;
    }

    /** Retires it, unless a thread of it lives. */
    boolean retire() {
        return holds.compareAndSet(0, RETIRED);
    }
}
