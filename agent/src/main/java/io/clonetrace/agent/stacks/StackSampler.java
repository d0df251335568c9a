package io.clonetrace.agent.stacks;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.event.Recorder;
import io.clonetrace.event.SourceState;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.stack.OwnStack;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All ThreadStack events: one for each live thread, periodically and when a recording ends, and those of dying threads,
 * which measure themselves. Also commits a status of what could not be measured. Confined to the session's thread.
 */
public final class StackSampler implements SessionPart {
    /** The event's moment: a snapshot of all live threads. */
    static final String PERIODIC = "periodic";

    /** The event's moment: a thread's own measure. */
    static final String END = "end";

    /** By then new threads have names, and the kinds of older ones are known. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Threads: in smaps and pagemap, which may be under strace, a snapshot of more takes thousands of calls. */
    private static final int MANY = 500;

    /** How often the live threads are counted until there are many. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AgentOptions.StacksOption option;
    private final LiveThreads threads;
    private final ProcessTasks known;
    private final TaskKinds kinds;
    private final TaskStarts starts;
    private final AllocatedStacks allocated = new AllocatedStacks();
    private final TaskList tasks = TaskList.ofSelf();
    private final OtherTasks others;
    private final StackSnapshot snapshot;
    private final boolean ioctls;
    private final Consumer<ExitStackSampler> exitHook;
    private final ExitStackSampler exits;
    private long measured;
    private Taken taken;
    private long gone;
    private long unlocated;
    private int failures;
    private String failure;
    private long next = System.nanoTime() + FIRST_NANOS;
    private boolean hadMany;
    private long looked = System.nanoTime();

    /**
     * Made by the session's thread. Dying threads measure themselves as soon as it is made, if that is asked for.
     *
     * @param access null where native code can't be used
     * @param exitHook takes what measures dying threads, and null when they are no longer to be measured
     */
    public StackSampler(
            AgentOptions options,
            JfrState jfr,
            NativeAccess access,
            LiveThreads threads,
            ProcessTasks known,
            Consumer<ExitStackSampler> exitHook) {
        StackReaders readers = StackReaders.choose(options.stackReader(), access != null);
        this.option = options.stacks();
        this.threads = threads;
        this.known = known;
        this.others = new OtherTasks(threads, known, tasks);
        this.kinds = new TaskKinds(threads, known, access);
        this.starts = access == null ? null : new TaskStarts(tasks);
        this.snapshot = readers.snapshot();
        this.ioctls = readers.ioctls();
        this.exitHook = exitHook;
        OwnStack own = option.atEnd() ? readers.openOwn() : null;
        if (own != null) {
            Thread session = Thread.currentThread();
            exits = new ExitStackSampler(threads, access, kinds, jfr, known, own, () -> AgentThread.wake(session));
        } else {
            exits = null;
        }
        exitHook.accept(exits);
    }

    @Override
    public void rehearse() {
        if (option.atRecordingsEnd() && !measuresLong()) {
            try {
                rehearseCommit(takeNow());
            } catch (IOException | ReflectiveOperationException unreadable) {
                // The next one is counted if it fails, too.
            }
        }
    }

    /** Makes the events, too, without committing them. */
    private void rehearseCommit(Taken rehearsed) {
        if (isWanted()) {
            for (StackMeasure measure : rehearsed.measures) {
                LiveThreads.Live java = rehearsed.threads.java().get(measure.tid());
                if (java != null) {
                    event(measure, java, kinds.now(measure.tid(), java, rehearsed.kinds), null, rehearsed.begin);
                }
            }
        }
    }

    /**
     * At the JVM's end a first snapshot of thousands of threads is interpreted. What it runs for each thread is
     * compiled if it ran for hundreds before.
     */
    private void rehearseWithMany() {
        long now = System.nanoTime();
        if (!hadMany && option.atRecordingsEnd() && now - looked >= LOOK_NANOS) {
            looked = now;
            if (isWanted() && threads.count() >= MANY) {
                hadMany = true;
                rehearse();
            }
        }
    }

    @Override
    public void tick() {
        if (exits != null) {
            exits.commit();
        }
        rehearseWithMany();
        Optional<Duration> period = option.period();
        long now = System.nanoTime();
        if (period.isPresent() && now - next >= 0) {
            next = now + TimeUnit.NANOSECONDS.convert(period.get());
            commit(take());
        }
    }

    @Override
    public long restNanos() {
        return option.period().isPresent() ? Math.max(0, next - System.nanoTime()) : Long.MAX_VALUE;
    }

    @Override
    public void measure() {
        if (option.atRecordingsEnd()) {
            taken = take();
        }
    }

    /**
     * How many mappings this process had when {@link #measure} was called; {@link StackMeasure#UNKNOWN} if it didn't
     * count them, and after {@link #recordingEnds}.
     */
    public long mappings() {
        return taken == null ? StackMeasure.UNKNOWN : taken.mappings;
    }

    @Override
    public boolean measuresLong() {
        return !ioctls && threads.count() > MANY;
    }

    @Override
    public void recordingEnds(boolean last) {
        if (last) {
            exitHook.accept(null);
        }
        if (exits != null) {
            exits.commit();
        }
        if (option.atRecordingsEnd()) {
            // When all clones are known that were made before.
            commit(taken);
            taken = null;
            StatusLog.commit(status(last));
        }
    }

    @Override
    public void close() {
        if (exits != null) {
            exits.close();
        }
        if (starts != null) {
            starts.close();
        }
    }

    /**
     * A snapshot whose events are not committed yet.
     *
     * @param begin nanoseconds since the epoch
     * @param left threads that ended meanwhile
     * @param mappings as {@link StackSnapshot#mappings}
     */
    private record Taken(
            long begin,
            ThreadSnapshot threads,
            List<StackMeasure> measures,
            TaskKinds.Kinds kinds,
            int left,
            long mappings) {}

    private static boolean isWanted() {
        return Recorder.isReady() && new ThreadStackEvent().isEnabled();
    }

    /** Takes a snapshot; null if none is wanted, or it failed. */
    private Taken take() {
        try {
            return isWanted() ? takeNow() : null;
        } catch (IOException | ReflectiveOperationException unreadable) {
            failures++;
            failure = unreadable.getMessage();
            return null;
        }
    }

    private Taken takeNow() throws IOException, ReflectiveOperationException {
        Instant begin = Instant.now();
        ThreadSnapshot now = ThreadSnapshot.take(threads, others, allocated);
        hadMany |= now.java().size() >= MANY;
        List<StackMeasure> measures =
                snapshot.measure(now.all(), tid -> lives(tid, now.java().get(tid)));
        return new Taken(
                TimeUnit.SECONDS.toNanos(begin.getEpochSecond()) + begin.getNano(),
                now,
                measures,
                kinds.of(now),
                snapshot.left(),
                snapshot.mappings());
    }

    private void commit(Taken taken) {
        if (taken == null) {
            return;
        }
        gone += taken.left;
        for (StackMeasure measure : taken.measures) {
            int tid = measure.tid();
            if (taken.kinds.unidentified().contains(tid)) {
                // The next snapshot has it under its name.
                gone++;
            } else {
                LiveThreads.Live java = taken.threads.java().get(tid);
                commit(measure, java, kinds.now(tid, java, taken.kinds), taken.begin);
            }
        }
        if (starts != null) {
            starts.keepOnly(taken.threads);
        }
    }

    /** Of a Java thread its own field says so, without a call to the kernel. */
    private boolean lives(int tid, LiveThreads.Live java) {
        return java == null ? tasks.contains(tid) : threads.lives(java);
    }

    private StatusLog.Status status(boolean last) {
        long exitsMeasured = exits == null ? 0 : exits.measured();
        long exitsMissed = exits == null ? 0 : exits.unmeasured();
        return new StatusLog.Status(
                "stacks",
                last ? SourceState.STOPPED : SourceState.ACTIVE,
                missing(exitsMissed),
                measured + exitsMeasured,
                gone + unlocated + exitsMissed);
    }

    /** Why measures are missing; null if none is. */
    private String missing(long exitsMissed) {
        List<String> reasons = new ArrayList<>();
        if (gone > 0) {
            reasons.add(counted(gone, "thread") + " ended, or had no stack yet, while being measured");
        }
        if (unlocated > 0) {
            reasons.add(
                    counted(unlocated, "stack") + " could not be located: the thread was running, or shares a mapping");
        }
        if (exitsMissed > 0) {
            reasons.add(counted(exitsMissed, "ending thread") + " could not be measured from within");
        }
        if (failures > 0) {
            reasons.add(counted(failures, "snapshot") + " failed: " + failure);
        }
        return reasons.isEmpty() ? null : String.join("; ", reasons);
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void commit(StackMeasure measure, LiveThreads.Live java, TaskKind kind, long begin) {
        Optional<String> comm = java == null ? tasks.comm(measure.tid()) : Optional.empty();
        if (java == null && comm.isEmpty()) {
            gone++;
            return;
        }
        if (measure.base() == StackMeasure.UNKNOWN) {
            unlocated++;
        } else {
            measured++;
        }
        event(measure, java, kind, comm.orElse(null), begin).commit();
    }

    /** @param comm the name of a task that is no Java thread */
    private ThreadStackEvent event(
            StackMeasure measure, LiveThreads.Live java, TaskKind kind, String comm, long begin) {
        ThreadStackEvent event = new ThreadStackEvent();
        event.tid = measure.tid();
        event.moment = PERIODIC;
        event.snapshot = begin;
        event.base = measure.base();
        event.reserved = measure.reserved();
        event.guard = measure.guard();
        event.touched = measure.touched();
        event.huge = measure.huge();
        event.depth = measure.depth();
        event.kind = kind == null ? null : kind.label();
        if (java != null) {
            event.thread = java.thread();
            event.name = java.thread().getName();
            event.threadId = threads.id(java.thread());
            event.creationObserved = known.sawCreationOf(event.threadId);
        } else {
            ProcessTasks.Task task = known.get(measure.tid());
            event.name = comm;
            event.threadId = CloneCall.UNKNOWN;
            event.creationObserved = task != null && task.id() == CloneCall.UNKNOWN && task.observed();
        }
        if (!event.creationObserved && starts != null) {
            event.taskStarted = starts.of(event.tid, event.threadId);
        }
        return event;
    }
}
