package io.clonetrace.agent.stacks;

import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.event.Recorder;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Commits a ThreadStack event for each live thread, now and then and at the end of a recording. Confined to one thread.
 */
final class StackSampler {
    /** ThreadStack's moments: of a snapshot, and of a thread's own measure. */
    static final String PERIODIC = "periodic";

    static final String END = "end";

    /** New threads have names by then, and the kinds of those that lived before are known. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AgentOptions.StacksOption option;
    private final LiveThreads threads;
    private final ProcessTasks known;
    private final TaskList tasks = TaskList.ofSelf();
    private final StackSnapshot snapshot;
    private long measured;
    private long gone;
    private long untold;
    private int failures;
    private String failure;
    private long next = System.nanoTime() + FIRST_NANOS;

    StackSampler(AgentOptions.StacksOption option, LiveThreads threads, ProcessTasks known, StackSnapshot snapshot) {
        this.option = option;
        this.threads = threads;
        this.known = known;
        this.snapshot = snapshot;
    }

    /** Takes a snapshot if one is due. */
    void tick() {
        Optional<Duration> period = option.period();
        long now = System.nanoTime();
        if (period.isPresent() && now - next >= 0) {
            next = now + TimeUnit.NANOSECONDS.convert(period.get());
            sample();
        }
    }

    /** Takes a snapshot because a recording ends. */
    void end() {
        if (option.atRecordingsEnd()) {
            sample();
        }
    }

    private void sample() {
        if (!Recorder.isReady() || !new ThreadStackEvent().isEnabled()) {
            return;
        }
        try {
            ThreadSnapshot now = ThreadSnapshot.take(threads, tasks);
            List<StackMeasure> measures =
                    snapshot.measure(now.all(), tid -> lives(tid, now.java().get(tid)));
            gone += snapshot.left();
            for (StackMeasure measure : measures) {
                commit(measure, now.java().get(measure.tid()));
            }
        } catch (IOException | ReflectiveOperationException unreadable) {
            failures++;
            failure = unreadable.getMessage();
        }
    }

    /** A Java thread's own field tells it without a call to the kernel. */
    private boolean lives(int tid, LiveThreads.Live java) {
        return java == null ? tasks.contains(tid) : threads.lives(java);
    }

    /** Stacks that were measured, in all snapshots. */
    long measured() {
        return measured;
    }

    /** Stacks that were not, although their threads were there when a snapshot began. */
    long lost() {
        return gone + untold;
    }

    /**
     * Why some are missing; null if none is.
     *
     * @param ended threads that did not get to measure themselves
     */
    String reason(long ended) {
        List<String> reasons = new ArrayList<>();
        if (gone > 0) {
            reasons.add(counted(gone, "thread") + " ended, or had no stack yet, while being measured");
        }
        if (untold > 0) {
            reasons.add(counted(untold, "stack") + " could not be told: the thread ran, or shares a mapping");
        }
        if (ended > 0) {
            reasons.add(counted(ended, "ending thread") + " could not be measured from within");
        }
        if (failures > 0) {
            reasons.add(counted(failures, "snapshot") + " failed: " + failure);
        }
        return reasons.isEmpty() ? null : String.join("; ", reasons);
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void commit(StackMeasure measure, LiveThreads.Live java) {
        if (measure.base() == StackMeasure.UNKNOWN) {
            untold++;
        } else {
            measured++;
        }
        ThreadStackEvent event = new ThreadStackEvent();
        event.tid = measure.tid();
        event.moment = PERIODIC;
        event.base = measure.base();
        event.reserved = measure.reserved();
        event.guard = measure.guard();
        event.touched = measure.touched();
        event.huge = measure.huge();
        event.depth = measure.depth();
        ProcessTasks.Task task = known.get(measure.tid());
        if (java != null) {
            event.thread = java.thread();
            event.name = java.thread().getName();
            event.threadId = threads.id(java.thread());
            boolean same = task != null && task.id() == event.threadId && task.kind() != null;
            event.kind = (same ? task.kind() : threads.kind(java.thread())).label();
            event.creationObserved = known.sawCreationOf(event.threadId);
        } else {
            event.name = tasks.comm(measure.tid()).orElse(null);
            event.threadId = CloneCall.UNKNOWN;
            // The tid may have been that of a Java thread whose end no source saw.
            boolean same = task != null && task.id() == CloneCall.UNKNOWN && task.kind() != null;
            event.kind = same ? task.kind().label() : null;
            event.creationObserved = task != null && task.id() == CloneCall.UNKNOWN && task.observed();
        }
        event.commit();
    }
}
