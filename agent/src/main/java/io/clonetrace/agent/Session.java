package io.clonetrace.agent;

import io.clonetrace.agent.SessionLifecycle.State;
import io.clonetrace.agent.SessionLifecycle.Transition;
import io.clonetrace.agent.attach.AttachOwner;
import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.agent.attach.DetachFile;
import io.clonetrace.agent.code.CodeSources;
import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.limits.ThreadHeadroom;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.OwnRecording;
import io.clonetrace.agent.recording.OwnersRecordings;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.agent.source.Observation;
import io.clonetrace.agent.source.SourceChoice;
import io.clonetrace.agent.starts.HookListeners;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.hook.LoaderFields;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.hook.ThreadHook;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An agent that is on: one thread of ours that sets everything up but JFR ({@link RecordingStart}), reads what the
 * source saw, and commits events. {@link SessionLifecycle} has its states, {@link SessionEnd} its end.
 */
final class Session implements Runnable {
    /** How long the start waits for the hook and the recording while the session makes no progress. */
    private static final long HOOKED_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A plain wait at first: to see whether the session makes progress takes it processor time. */
    private static final long SHORT_MILLIS = 1_000;

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path jar;
    private final AgentOptions options;
    private final ThreadFields fields;
    private final ThreadHook hook;
    private final CodeSources code;
    private final AgentThread thread = new AgentThread("clonetrace", this);
    private final SessionLifecycle lifecycle = new SessionLifecycle(thread);
    private final long began = System.nanoTime();
    private final JfrState jfr = new JfrState(this::chunkEnds);
    private final OwnRecording own = new OwnRecording(jfr);
    private final StatusLog statuses = new StatusLog();
    private final HookListeners listeners;
    private final ShutdownHook shutdown;
    private final RecordingStart recordingStart = new RecordingStart(this::startRecording);
    private final FlushQueue flushes;
    private final SessionEnd end;
    private final DemoRun demo = new DemoRun();
    private final DetachFile detachFile = DetachFile.ofSelf();
    private volatile AttachOwner owner = AttachOwner.none();
    private final PollInterval pollInterval = new PollInterval();
    private final SessionRest rest = new SessionRest(thread);
    private volatile SessionParts parts;
    private volatile Source source = Source.STARTING;
    private volatile boolean jvmEnds;

    /** @param jar clonetrace.jar */
    Session(
            Path jar,
            AgentOptions options,
            ThreadFields fields,
            LoaderFields loaders,
            ThreadHook hook,
            CodeSources code) {
        this.jar = jar;
        this.options = options;
        this.fields = fields;
        this.hook = hook;
        this.code = code;
        this.listeners = new HookListeners(fields, loaders, jfr, hook::suppressed, hook::transformations);
        this.shutdown = new ShutdownHook(this::hurry, this::requestEnd, () -> source == Source.NONE);
        this.flushes = new FlushQueue(listeners, jfr, statuses, shutdown::sourceEnded);
        this.end = new SessionEnd(lifecycle, thread, hook, listeners, jfr, own, recordingStart, flushes, shutdown);
    }

    /** What other threads than the session's may know of the source. */
    private enum Source {
        STARTING,
        ON,
        /** None was asked for, or all were refused or lost. */
        NONE
    }

    /** Makes this the one agent of this JVM, which answers requests; false if another one is. */
    boolean claim() throws ReflectiveOperationException {
        return end.claimRequests();
    }

    /**
     * Installs the hook and proves that it works; waits until the recording is on, as JFR's own start option does, and
     * then until the source has started or is refused, but no longer than the user allows.
     *
     * @return whether the agent is on; if not, it has printed the reason
     */
    boolean start() throws InterruptedException {
        try {
            String full = ThreadHeadroom.shortageForAgent(options.record().isPresent());
            if (full != null) {
                throw new IllegalStateException(full);
            }
            thread.start();
            hook.install(listeners.listener());
            if (!listeners.selfTest()) {
                throw new IllegalStateException("a thread was started and the hook in Thread.start did not see it");
            }
        } catch (Throwable failed) {
            // If the session's thread failed first, that removed the hook, and printed why.
            boolean said = isEnding();
            end();
            if (!said) {
                String why = failed instanceof IllegalStateException ? failed.getMessage() : failed.toString();
                Console.say("not started: " + why + "; the application runs without the agent");
            }
            return false;
        }
        if (!lifecycle.reaches(State.HOOKED, SHORT_MILLIS)) {
            lifecycle.await(State.HOOKED, thread.patience(HOOKED_NANOS, CHECK_NANOS), CHECK_NANOS);
        }
        recordingStart.await();
        if (options.demo()) {
            demo.awaitEnd();
        } else {
            lifecycle.await(State.ACTIVE, options.await().toMillis());
        }
        if (isEnding()) {
            // The reason is printed. Another start finds the JVM as it was.
            end();
            return false;
        }
        return true;
    }

    private boolean isEnding() {
        return lifecycle.hasReached(State.FLUSHING);
    }

    /** Whether a recording was asked for that is not on; the reason is printed. */
    boolean lacksItsRecording() {
        return options.record().isPresent() && own.recording() == null;
    }

    /** The file of its recording; empty if it has none. */
    String recording() {
        return own.file().map(Path::toString).orElse("");
    }

    /** Whether no source works in this process, and the attaching process is ready to observe it from outside. */
    boolean needsTracer() {
        return options.tracer() != 0 && source == Source.NONE;
    }

    /**
     * Ends with the process that attached it, if that wants it.
     *
     * @param file the file for the reply, which that process holds locked
     */
    void belongsTo(Path file) {
        if (!options.owner().isEmpty()) {
            owner = AttachOwner.of(file);
        }
    }

    /** Leaves the file of its recording to the agent that the attaching process will load. */
    void leaveFile() {
        own.leaveFile();
    }

    /** The kernel's id of the session's thread, which lives as long as the session. */
    int tid() {
        return thread.tid();
    }

    /** What is on, in lines of the console. */
    String describe() {
        String observes = switch (source) {
            case ON -> parts.observation().sourceName() + " observes the clones";
            case STARTING ->
                "the source of clone flags is still starting after " + seconds()
                        + " s; the JVM will print when it is active, and the recording's SourceStatus says so";
            case NONE -> AttachReply.NO_SOURCE;
        };
        String events = options.record()
                .map(file -> "recording " + file)
                .orElse(
                        jfr.wantsThreadStart()
                                ? "the recordings that are on get the events"
                                : "nothing is recorded yet: " + AttachReply.START_RECORDING
                                        + " starts a recording, or detach, and attach with record=FILE.jfr");
        return "clonetrace: " + observes + "; " + events + "\n";
    }

    /**
     * Ends the session, and waits for that.
     *
     * @return null, or what failed, in a line
     */
    String end() {
        return end.requestAndAwait();
    }

    private void requestEnd() {
        end.request();
    }

    /** The JVM ends: a start of a source that is under way must not hold it up. */
    private void hurry() {
        SessionParts made = parts;
        if (made != null) {
            made.observation().jvmEnds();
        }
        jvmEnds = true;
        AgentThread.wake(thread);
    }

    @Override
    public void run() {
        try {
            setUp();
            lifecycle.request(Transition.ACTIVATE);
            tellLateStart();
            FlushQueue.prepare(thread);
            if (!flushes.isAwaited()) {
                parts.observation().prepare();
            }
            while (lifecycle.state() == State.ACTIVE) {
                if (!pass()) {
                    // Hosts that interrupt all threads when they end would make this loop spin.
                    Thread.interrupted();
                    rest();
                }
            }
        } catch (Throwable failure) {
            Console.failed("stopped observing", failure);
            if (parts != null) {
                parts.observation().fail("the agent stopped observing: " + failure);
            }
        } finally {
            if (source == Source.STARTING) {
                source = Source.NONE;
            }
            lifecycle.request(Transition.FLUSH);
            demo.cancel();
            end.run(parts);
            owner.close();
            rest.close();
        }
    }

    /** The one that waited for the source does not know when it became active. Where it was refused, that is said. */
    private void tellLateStart() {
        if (lifecycle.wasAwaitedInVain() && source == Source.ON) {
            Console.say(parts.observation().sourceName() + " became active " + seconds()
                    + " s after the agent was loaded, later than its option wait allows; earlier clones are"
                    + " not recorded");
        }
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    }

    /** A rest that fails, for want of memory, is a plain one. */
    private void rest() {
        try {
            restByActivity();
        } catch (RuntimeException | Error failure) {
            LockSupport.parkNanos(PollInterval.IDLE_NANOS);
            listeners.suppressed().add(failure);
        }
    }

    private void restByActivity() {
        if (source != Source.ON) {
            rest.sleep(Math.min(PollInterval.IDLE_NANOS, parts.restNanos()), -1, -1, true);
            return;
        }
        Observation observation = parts.observation();
        boolean nothing = observation.isQuiet();
        long pause = Math.min(pollInterval.nanos(nothing, observation.rings()), parts.restNanos());
        rest.sleep(
                observation.isHurried() ? PollInterval.MOMENT_NANOS : pause,
                observation.descriptor(),
                observation.alarm(),
                nothing);
    }

    /** What fails is counted, and tried again at the next pass: there may be no memory at the moment. */
    private boolean pass() {
        boolean any = false;
        try {
            any = parts.observation().pass();
            sourceMayHaveChanged();
            if (jvmEnds) {
                jvmEnds = false;
                parts.jvmEnds();
            }
            parts.tick(() -> jvmEnds || flushes.isAwaited());
            if (detachFile.isThere()) {
                end.request();
            }
            if (owner.isGone()) {
                end.request();
                new OwnersRecordings(options.owner()).end();
            }
        } catch (RuntimeException | Error failure) {
            listeners.suppressed().add(failure);
        }
        // Whatever failed: a recording may wait for this.
        flushes.flushNext(parts);
        return any;
    }

    private void setUp() throws ReflectiveOperationException, InterruptedException {
        jfr.listen();
        if (options.record().isPresent()) {
            recordingStart.begin();
        }
        shutdown.watch();
        AgentContext found = AgentContext.discover(options, fields, jfr, listeners);
        parts = SessionParts.make(found, jar, statuses, own, recordingStart, code);
        if (found.hasNativeAccess() && !options.source().name().equals(SourceKind.NONE.label())) {
            listeners.use(listeners.context().withJoining(found.correlator()::offer, found.correlator()::offer));
        }
        // A thread that starts after the live ones are listed and before the hook works would be in neither.
        listeners.awaitSelfTest();
        if (isEnding()) {
            return;
        }
        List<JavaThread> livedBefore = new ArrayList<>(found.threads().seen());
        livedBefore.add(listeners.selfTestThread());
        found.correlator().livedBefore(livedBefore);
        lifecycle.request(Transition.HOOK);
        observe(found);
    }

    private void startRecording() {
        own.start(options.record().orElseThrow(), options.bounds());
        if (own.recording() != null) {
            shutdown.reserve();
        }
    }

    private void observe(AgentContext found) {
        List<CloneSource> candidates = SourceChoice.candidates(
                options.source(), jar, found.access(), found.unwinding().capture());
        parts.observation().start(candidates, options.source().file().isPresent(), this::awaitRecording);
        sourceMayHaveChanged();
        if (source == Source.NONE) {
            // There will be no clones that threads could be joined with.
            listeners.use(listeners.context().withoutJoining());
            if (options.tracer() != 0 && found.hasNativeAccess()) {
                found.access().allowTracer(options.tracer());
            }
        }
        if (options.demo() && found.hasNativeAccess()) {
            recordingStart.await();
            demo.start(
                    found.correlator(),
                    () -> source == Source.ON ? Optional.of(parts.observation().sourceName()) : Optional.empty(),
                    parts.observation()::progress);
        } else {
            demo.cancel();
        }
    }

    private void awaitRecording() {
        if (recordingStart.isRunning()) {
            parts.rehearse();
        }
        recordingStart.await();
    }

    private void sourceMayHaveChanged() {
        source = parts.observation().isOn() ? Source.ON : Source.NONE;
    }

    /** Called by JFR, on a thread of its own or on the one that ends a recording. */
    private void chunkEnds() {
        try {
            State state = lifecycle.state();
            boolean byItself = Thread.currentThread() == thread;
            if (state == State.ACTIVE && byItself) {
                flushes.flushNow(parts);
            } else if (state == State.ACTIVE) {
                flushes.await(thread);
            } else if (state.isStart() && !byItself && FlushQueue.jvmEnds()) {
                StatusLog.jvmEndedDuringStart(options.source().name());
            }
        } catch (RuntimeException | Error failure) {
            // JFR would log it, on the application's stdout.
            StatusLog.flushFailed(failure);
        }
    }
}
