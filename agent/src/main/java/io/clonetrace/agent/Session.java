package io.clonetrace.agent;

import io.clonetrace.agent.attach.DetachFile;
import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.Cleanup;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.JdkCaches;
import io.clonetrace.agent.limits.RoomAtStart;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.OwnRecording;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.agent.source.Observation;
import io.clonetrace.agent.source.SeccompPreflight;
import io.clonetrace.agent.source.SourceChoice;
import io.clonetrace.agent.starts.Hooks;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.hook.ThreadHook;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** The agent while it is on: one thread of ours that sets everything up, takes in what is seen, and commits it. */
final class Session implements Runnable {
    /** The request that ends it, as a later load makes it through java.base. */
    static final String DETACH = "detach";

    private static final long RECORDING_SECONDS = 30;

    private final Path jar;
    private final AgentOptions options;
    private final ThreadFields fields;
    private final ThreadHook hook;
    private final JfrState jfr = new JfrState(this::chunkEnds);
    private final Hooks hooks;
    private final OwnRecording own = new OwnRecording(jfr);
    private final StatusLog statuses = new StatusLog();
    private final CountDownLatch recording = new CountDownLatch(1);
    private final DemoRun demo = new DemoRun();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final FlushQueue endings = new FlushQueue();
    private final Cleanup tearDown = new Cleanup();
    private final PollInterval pace = new PollInterval();
    private final AgentThread thread = new AgentThread("clonetrace", this);
    private final ShutdownHook exit = new ShutdownHook(this::hurry, this::stop, this::hasNoSource);
    private final DetachFile detachFile = DetachFile.ofSelf();
    private final RecordingEnds ends;
    private final Function<Object, Object> requests = request -> DETACH.equals(request) ? end() : "no " + request;
    private volatile Observation observation;
    private SessionParts parts;
    private volatile boolean observing;
    private volatile boolean stopped;

    /** @param jar clonetrace.jar */
    Session(Path jar, AgentOptions options, ThreadFields fields, ThreadHook hook) {
        this.jar = jar;
        this.options = options;
        this.fields = fields;
        this.hook = hook;
        this.hooks = new Hooks(fields, jfr, hook::suppressed, hook::transformations);
        this.ends = new RecordingEnds(hooks, jfr, statuses, exit);
    }

    /** Whether this is the one agent of this JVM from now on, to whom requests come. */
    boolean claim() throws ReflectiveOperationException {
        return hook.claim(requests);
    }

    /**
     * Puts the hook on and proves that it works; waits until the recording is on, which JFR's own start option would
     * also make the JVM wait for, and then for the source to start or be refused, but no longer than the user allows.
     *
     * @return whether it is on; if not, the console has the reason
     */
    boolean start() throws InterruptedException {
        try {
            String full = RoomAtStart.missingForAgent(options.record().isPresent());
            if (full != null) {
                throw new IllegalStateException(full);
            }
            thread.start();
            hook.install(hooks.listener());
            if (!hooks.work()) {
                throw new IllegalStateException("a thread was started and the hook in Thread.start did not see it");
            }
        } catch (Throwable failed) {
            // If its thread has given up, that took the hook away, and said why.
            boolean said = stopped;
            end();
            if (!said) {
                String why = failed instanceof IllegalStateException ? failed.getMessage() : failed.toString();
                Console.say("not started: " + why + "; the application runs without the agent");
            }
            return false;
        }
        recording.await(RECORDING_SECONDS, TimeUnit.SECONDS);
        if (options.demo()) {
            demo.awaitEnd();
        } else {
            ready.await(options.await().toMillis(), TimeUnit.MILLISECONDS);
        }
        if (stopped) {
            // The console has the reason. Whoever tries again finds everything as it was.
            end();
            return false;
        }
        return true;
    }

    /** Whether a recording was asked for that is not on; the console has the reason. */
    boolean lacksItsRecording() {
        return options.record().isPresent() && own.recording() == null;
    }

    /** Whether no source works in here, and whoever attached stands ready to observe from outside. */
    boolean needsTracer() {
        return options.tracer() != 0 && ready.getCount() == 0 && !observing;
    }

    /** The kernel's id of its thread, which lives as long as it does. */
    int tid() {
        return thread.tid();
    }

    /** What is on, in lines of the console. */
    String describe() {
        String source = observing ? observation.sourceName() + " observes the clones" : "no source observes the clones";
        String events = options.record()
                .map(file -> "recording " + file)
                .orElse(
                        jfr.wantsThreadStart()
                                ? "the recordings that are on get the events"
                                : "nothing is recorded before somebody starts a recording");
        return "clonetrace: " + source + "; " + events + "\n";
    }

    /**
     * Ends it, and waits for that.
     *
     * @return null, or what could not be done, in a line
     */
    String end() {
        stop();
        return tearDown.await(thread, this::takeHookAway);
    }

    private void stop() {
        stopped = true;
        hooks.giveUp();
        LockSupport.unpark(thread);
    }

    /** Whether none was asked for, or all were refused or lost. */
    private boolean hasNoSource() {
        return ready.getCount() == 0 && !observing;
    }

    private void hurry() {
        Observation starting = observation;
        if (starting != null) {
            starting.jvmEnds();
        }
    }

    @Override
    public void run() {
        try {
            setUp();
            ready.countDown();
            while (!stopped) {
                if (!pass()) {
                    // Hosts that interrupt all threads when they end would make this loop spin.
                    Thread.interrupted();
                    LockSupport.parkNanos(observing ? pace.nanos(observation.isQuiet()) : PollInterval.IDLE_NANOS);
                }
            }
        } catch (Throwable failure) {
            Console.failed("stopped observing", failure);
            if (observation != null) {
                observation.fail("the agent stopped observing: " + failure);
            }
        } finally {
            stopped = true;
            recording.countDown();
            ready.countDown();
            demo.cancel();
            tearDown();
        }
    }

    /** What fails is counted, and tried again at the next pass: there may be no memory at the moment. */
    private boolean pass() {
        boolean any = false;
        try {
            any = observation.pass();
            observing = observation.isOn();
            parts.tick();
            hooks.tidy();
            if (detachFile.isThere()) {
                stop();
            }
        } catch (RuntimeException | Error failure) {
            hooks.suppressed().add(failure);
        }
        // Whatever failed: somebody may wait for this.
        ends.finish(endings.take());
        return any;
    }

    private void setUp() throws ReflectiveOperationException, InterruptedException {
        jfr.listen();
        options.record().ifPresent(own::start);
        if (own.recording() != null) {
            exit.reserve();
        }
        exit.watch();
        AgentContext found = AgentContext.look(options, fields, jfr, hooks);
        parts = SessionParts.make(found, statuses, own.recording(), this::sources);
        observation = new Observation(
                found.correlator(),
                found.clones(),
                statuses,
                RoomAtStart::missingFor,
                new SeccompPreflight(jar, RoomAtStart::missingForRehearsal));
        ends.of(observation, parts);
        if (found.hasNativeAccess() && !options.source().name().equals(SourceKind.NONE.label())) {
            hooks.handTo(found.correlator()::offer);
        }
        // A thread that starts between the look at the live ones and the hook would be in neither.
        hooks.awaitTried();
        if (stopped) {
            return;
        }
        List<JavaThread> livedBefore = new ArrayList<>(found.threads().seen());
        livedBefore.add(hooks.tried());
        found.correlator().livedBefore(livedBefore);
        recording.countDown();
        observe(found);
    }

    private void observe(AgentContext found) {
        List<CloneSource> candidates = SourceChoice.candidates(options.source(), jar, found.access());
        observation.start(candidates, options.source().file().isPresent());
        observing = observation.isOn();
        if (!observing) {
            // Nothing will come that threads could be joined with.
            hooks.handTo(null);
            if (options.tracer() != 0 && found.hasNativeAccess()) {
                found.access().allowTracer(options.tracer());
            }
        }
        if (options.demo() && found.hasNativeAccess()) {
            demo.start(found.correlator(), () -> observing ? Optional.of(observation.sourceName()) : Optional.empty());
        } else {
            demo.cancel();
        }
    }

    private List<StatusLog.Status> sources() {
        observation.report();
        hooks.report(false, statuses);
        return statuses.all();
    }

    /** Called by JFR, on a thread of its own or of whoever ends a recording. */
    private void chunkEnds() {
        try {
            if (stopped || !thread.isAlive()) {
                return;
            }
            if (Thread.currentThread() == thread) {
                // A recording that we end ourselves.
                ends.finish(Ending.ofObservation());
            } else if (ready.getCount() == 0) {
                endings.await(thread);
            } else if (Ending.jvmEnds()) {
                StatusLog.tooEarly(options.source().name());
            }
        } catch (RuntimeException | Error failure) {
            // JFR would log it, on the application's stdout.
            StatusLog.broken(failure);
        }
    }

    private void tearDown() {
        if (exit.hasBegun()) {
            // The JVM goes, and nobody records: nothing has to be as it was.
            if (observation != null) {
                ends.endSource();
            }
            exit.released();
            return;
        }
        tearDown.step(exit::forget);
        if (observation != null) {
            // With the hook still on: whose the last clones are, only their starts tell.
            tearDown.step(observation::detach);
        }
        tearDown.step(this::takeHookAway);
        if (observation != null) {
            tearDown.step(() -> ends.commitCounts(true));
        }
        own.end(tearDown);
        tearDown.step(jfr::forget);
        if (parts != null) {
            tearDown.step(parts::close);
        }
        tearDown.step(JdkCaches::forgetUs);
        // The JVM may have begun to end meanwhile.
        exit.released();
        Ending waiting = endings.take();
        if (waiting != null) {
            waiting.done().countDown();
        }
    }

    /** Whether or not the session's thread ever ran. */
    private void takeHookAway() throws ReflectiveOperationException, InterruptedException {
        hooks.handTo(null);
        try {
            hook.uninstall();
        } finally {
            hooks.awaitNobody();
            hooks.measure(null);
            hook.release(requests);
        }
    }
}
