package io.clonetrace.agent.stacks;

import io.clonetrace.agent.host.Gate;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OwnThread;
import io.clonetrace.stack.OwnMeasure;
import io.clonetrace.stack.OwnStack;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A ThreadStack event for each dying Java thread, of its own stack: its peak. Any number of threads measure at once;
 * the session's thread commits the events a moment later.
 */
public final class ExitStackSampler implements AutoCloseable {
    /** As many threads may end between two passes of the session's thread; further ones commit themselves. */
    private static final int ROOM = 4096;

    private static final int WAKE = ROOM / 2;

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LiveThreads threads;
    private final NativeAccess access;
    private final TaskKinds kinds;
    private final JfrState jfr;
    private final ProcessTasks tasks;
    private final OwnStack stack;
    private final Runnable wake;
    private final ExitStackRing ended = new ExitStackRing(ROOM);
    private final Gate gate = new Gate();
    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong unmeasured = new AtomicLong();

    /** @param wake makes the session's thread call {@link #commit()} soon */
    public ExitStackSampler(
            LiveThreads threads,
            NativeAccess access,
            TaskKinds kinds,
            JfrState jfr,
            ProcessTasks tasks,
            OwnStack stack,
            Runnable wake) {
        this.threads = threads;
        this.access = access;
        this.kinds = kinds;
        this.jfr = jfr;
        this.tasks = tasks;
        this.stack = stack;
        this.wake = wake;
    }

    /** Whether a recording wants the events. */
    public boolean isWanted() {
        return jfr.wantsThreadStack();
    }

    /**
     * Measures the calling thread.
     *
     * @param thread the calling thread
     * @param eetop its {@code JavaThread*}
     * @param known its native side if that was read already, or null
     */
    public void measure(Thread thread, long eetop, OwnThread known) throws LinuxException {
        if (!gate.enter()) {
            return;
        }
        try {
            measureOpen(thread, eetop, known);
        } finally {
            gate.leave();
        }
    }

    private void measureOpen(Thread thread, long eetop, OwnThread known) throws LinuxException {
        OwnMeasure measure = stack.borrow();
        boolean measured = false;
        try {
            OwnThread own = measure.thread();
            boolean read = known == null ? access.javaThreads().readOwn(eetop, own) : own.set(known);
            measured = read && measure.take();
            if (measured) {
                handOver(thread, measure);
            }
        } finally {
            stack.giveBack(measure);
            if (!measured) {
                unmeasured.incrementAndGet();
            }
        }
    }

    private void handOver(Thread thread, OwnMeasure measure) {
        boolean attached = access.startRoutines().isAttached(measure.thread());
        TaskKind kind = attached ? kinds.attachedKind(thread) : threads.kind(thread);
        long before = ended.offer(thread, threads.id(thread), kind, measure);
        if (before < 0) {
            // Expensive, but nothing is lost.
            commit(ExitStackRing.Ended.of(thread, threads.id(thread), kind, measure));
        } else if (before % WAKE == WAKE - 1) {
            wake.run();
        }
    }

    /** Commits what was measured since the last call. For one thread at a time. */
    void commit() {
        ended.drain(this::commit);
    }

    private void commit(ExitStackRing.Ended one) {
        one.commit(tasks.sawCreationOf(one.threadId()));
        tasks.threadEnded(one.threadId());
        committed.incrementAndGet();
    }

    /** Threads that measured themselves. */
    long measured() {
        return committed.get();
    }

    /** Threads that ended without a measure. */
    long unmeasured() {
        return unmeasured.get();
    }

    /** Threads may still be measuring: what they use is closed after the last one. */
    @Override
    public void close() {
        if (gate.close(CLOSE_NANOS)) {
            stack.close();
        }
    }
}
