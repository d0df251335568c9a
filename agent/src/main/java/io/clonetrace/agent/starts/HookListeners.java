package io.clonetrace.agent.starts;

import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.limits.LimitFinder;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.event.Recorder;
import io.clonetrace.event.SourceState;
import io.clonetrace.event.VirtualThreadsEvent;
import io.clonetrace.hook.LoaderFields;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.hook.ThreadListener;
import io.clonetrace.linux.hotspot.NativeAccess;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Our code that runs on application threads: its state, its counters, and the test that the hook calls it. */
public final class HookListeners {
    /** The reason of the status where {@link #areReplaced}. */
    static final String LOST = "the hook is gone: another agent has replaced the code of java.lang.Thread";

    private static final long LEAVING_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RECORDED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ThreadFields fields;
    private final LongSupplier suppressedInWovenCode;
    private final LongSupplier transformations;
    private final SuppressedFailures suppressed = new SuppressedFailures();
    private final PendingStarts pending = new PendingStarts();
    private final CreatorCounts creators = new CreatorCounts();
    private final LongAdder virtualStarts = new LongAdder();
    private final AtomicReference<HookContext> context = new AtomicReference<>(HookContext.EMPTY);
    private final StartHook starts;
    private final ExitHook exits;
    private final CountDownLatch selfTestOver = new CountDownLatch(1);
    private AgentThread selfTest;
    private volatile long proven;

    /**
     * @param suppressedInWovenCode exceptions that reached the woven code
     * @param transformations how often the code of Thread was transformed
     */
    public HookListeners(
            ThreadFields fields,
            LoaderFields loaders,
            JfrState jfr,
            LongSupplier suppressedInWovenCode,
            LongSupplier transformations) {
        this.fields = fields;
        this.suppressedInWovenCode = suppressedInWovenCode;
        this.transformations = transformations;
        this.starts = new StartHook(fields, loaders, pending, jfr, suppressed, context, creators);
        this.exits = new ExitHook(fields, pending, suppressed, context, creators);
    }

    public ThreadListener listener() {
        StartHook.Listener afterStart = AfterStart.hidden(starts);
        return new ThreadListener(starts, afterStart, afterStart, exits, virtualStarts);
    }

    /** Code of the application's that observes thread starts. */
    public StartObservers observers() {
        return starts.observers();
    }

    /** Starts one thread; returns whether the hook has seen it. */
    public boolean selfTest() throws InterruptedException {
        long before = transformations.getAsLong();
        AgentThread expected = new AgentThread("clonetrace self-test", () -> {});
        starts.expect(expected);
        expected.start();
        expected.join();
        selfTest = expected;
        boolean seen = starts.sawExpected();
        pending.setUnseen(!seen);
        proven = before;
        selfTestOver.countDown();
        return seen;
    }

    /** Whether the last {@link #selfTest} failed. */
    public boolean areReplaced() {
        return pending.mayMissStarts();
    }

    /** How often the code of Thread had been transformed at the last {@link #selfTest}. */
    long testedTransformations() {
        return proven;
    }

    /** How often the code of Thread was transformed. */
    long transformations() {
        return transformations.getAsLong();
    }

    /** Ends the wait for the self-test, which may never run. */
    public void cancelSelfTest() {
        selfTestOver.countDown();
    }

    /** Waits for the end of the first {@link #selfTest}, or for {@link #cancelSelfTest}. */
    public void awaitSelfTest() throws InterruptedException {
        selfTestOver.await();
    }

    /** The thread of the self-test, which most likely ended before its native side could be read. */
    public JavaThread selfTestThread() {
        return new JavaThread(
                new WeakReference<>(selfTest),
                fields.id(selfTest),
                selfTest.getName(),
                TaskKind.AGENT,
                selfTest.tid(),
                CloneCall.UNKNOWN,
                System.currentTimeMillis(),
                null);
    }

    /** Waits until no start is pending, but not for ever. */
    public void awaitPendingStarts() {
        await(pending::isEmpty, LEAVING_NANOS);
    }

    /** Waits until no start is pending that will be an event; only a moment, because JFR waits too. */
    public void awaitRecordedStarts() {
        await(() -> !pending.anyRecorded(), RECORDED_NANOS);
    }

    /** Counts pauses, not time: where a processor quota is used up, the threads waited for stand still as well. */
    private static void await(BooleanSupplier done, long nanos) {
        boolean interrupted = false;
        for (long left = nanos / MOMENT_NANOS; left > 0 && !done.getAsBoolean(); left--) {
            interrupted |= Thread.interrupted();
            LockSupport.parkNanos(MOMENT_NANOS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the listeners work with now. */
    public HookContext context() {
        return context.get();
    }

    /**
     * Replaces what the listeners work with: called by the session's thread, and by another after that one has ended.
     * No lambda makes the next context of the last: at the JVM's end there may be no memory for its class.
     */
    public void use(HookContext next) {
        context.set(next);
    }

    /**
     * Lets failed starts name the limit that refused them. All of it is run once before, on the calling thread: when a
     * start fails there may be no room for loading classes.
     */
    public void explainBy(LimitFinder limits) {
        starts.failures().rehearse(limits);
        use(context().withLimitFinder(limits));
    }

    /** Drops pending starts whose creator can't remove them; called by the session's thread. */
    public void dropStaleStarts() {
        pending.dropStale();
    }

    /** Starts that failed because no native thread could be created, since the hook was installed. */
    public long refusedStarts() {
        return starts.failures().refused();
    }

    /** The same by limit; see {@link CreatorCounts#areOn}. */
    public Map<String, Long> refusedStartsByLimit() {
        return starts.failures().refusedByLimit();
    }

    /** Threads by what created them. */
    public CreatorCounts creators() {
        return creators;
    }

    /** Ends the threads whose ends the hook has missed. */
    void recount() {
        try {
            creators.recount(() -> fields.live().stream().map(fields::id).collect(Collectors.toSet()));
        } catch (ReflectiveOperationException otherJdk) {
            suppressed.add(otherJdk);
        }
    }

    public PendingStarts pendingStarts() {
        return pending;
    }

    public SuppressedFailures suppressed() {
        return suppressed;
    }

    /** How many starts the hook has seen. */
    public long seen() {
        return starts.seen();
    }

    /** Commits the counters. */
    public void recordingEnds(boolean last, StatusLog statuses) {
        if (Recorder.isReady()) {
            VirtualThreadsEvent event = new VirtualThreadsEvent();
            event.started = virtualStarts.sum();
            event.commit();
        }
        report(last, statuses);
    }

    /** Notes in the log how many starts the hook has seen. */
    public void report(boolean last, StatusLog statuses) {
        statuses.update(status(last ? SourceState.STOPPED : SourceState.ACTIVE));
    }

    /** The hook's status; {@code state} unless the hook was removed. */
    StatusLog.Status status(SourceState state) {
        if (areReplaced()) {
            return new StatusLog.Status("hook", SourceState.LOST, LOST, starts.seen(), CloneCall.UNKNOWN);
        }
        long count = suppressed.count() + suppressedInWovenCode.getAsLong();
        NativeAccess access = context().access();
        String reason = access == null ? null : access.limitation().orElse(null);
        if (count > 0) {
            String failures = count + " failures of the agent were suppressed, first " + suppressed.first();
            reason = reason == null ? failures : reason + "; " + failures;
        }
        return new StatusLog.Status("hook", state, reason, starts.seen(), count);
    }
}
