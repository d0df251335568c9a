package io.clonetrace.agent;

import io.clonetrace.correlate.JavaThread;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.hook.ThreadListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import jdk.jfr.Recording;

/** The agent while it is on: one thread of ours that sets everything up, takes in what is seen, and commits it. */
final class Session implements Runnable {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Without a source there is nothing to read, only now and then stacks to measure. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long RECORDING_SECONDS = 30;

    private final Path jar;
    private final AgentOptions options;
    private final ThreadFields fields;
    private final JfrState jfr = new JfrState(this::chunkEnds);
    private final Hooks hooks;
    private final StatusLog statuses = new StatusLog();
    private final CountDownLatch recording = new CountDownLatch(1);
    private final DemoRun demo = new DemoRun();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Endings endings = new Endings();
    private final AgentThread thread = new AgentThread("clonetrace", this);
    private final ExitOfJvm exit = new ExitOfJvm(thread, this::stop);
    private Recording ownRecording;
    private Observation observation;
    private SessionParts parts;
    private volatile boolean observing;
    private volatile boolean stopped;

    /**
     * @param jar clonetrace.jar
     * @param suppressedInWovenCode exceptions that reached the woven code
     */
    Session(Path jar, AgentOptions options, ThreadFields fields, LongSupplier suppressedInWovenCode) {
        this.jar = jar;
        this.options = options;
        this.fields = fields;
        this.hooks = new Hooks(fields, jfr, suppressedInWovenCode);
    }

    ThreadListener listener() {
        return hooks.listener();
    }

    void start() {
        thread.start();
    }

    /** Starts one thread and sees whether the hook told of it. */
    boolean hookWorks() throws InterruptedException {
        return hooks.work();
    }

    /**
     * Waits until the recording is on, which JFR's own start option would also make the JVM wait for, and then for the
     * source to start or be refused, but no longer than the user allows.
     */
    void awaitReady(Duration source) throws InterruptedException {
        recording.await(RECORDING_SECONDS, TimeUnit.SECONDS);
        if (options.demo()) {
            demo.awaitEnd();
        } else {
            ready.await(source.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        stopped = true;
        hooks.giveUp();
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        try {
            setUp();
            ready.countDown();
            while (!stopped) {
                boolean any = observation.pass();
                observing = observation.isOn();
                parts.tick();
                finish(endings.take());
                if (!any) {
                    // Hosts that interrupt all threads when they end would make this loop spin.
                    Thread.interrupted();
                    LockSupport.parkNanos(observing ? PASS_NANOS : IDLE_NANOS);
                }
            }
        } catch (Throwable failure) {
            Console.say("stopped observing: " + failure);
        } finally {
            recording.countDown();
            ready.countDown();
            demo.cancel();
            tearDown();
        }
    }

    private void setUp() throws ReflectiveOperationException, InterruptedException {
        jfr.listen();
        options.record().ifPresent(this::record);
        Surroundings found = Surroundings.look(options, fields, jfr, hooks);
        parts = SessionParts.make(found, this::sources);
        observation = new Observation(found.correlator(), statuses);
        if (found.hasNativeAccess() && !options.source().name().equals("none")) {
            hooks.handTo(found.correlator()::offer);
        }
        // A thread that starts between the look at the live ones and the hook would be in neither.
        hooks.awaitTried();
        if (stopped) {
            return;
        }
        List<JavaThread> livedBefore = new ArrayList<>(found.threads().seen());
        livedBefore.add(hooks.tried());
        found.correlator().seen(livedBefore);
        recording.countDown();
        observe(found);
    }

    private void record(Path file) {
        try {
            jfr.setUpByUs();
            ownRecording = RecordingFile.start(file);
        } catch (IOException | RuntimeException refused) {
            Console.say("nothing is recorded: " + refused.getMessage());
        }
    }

    private void observe(Surroundings found) {
        observation.start(
                SourceChoice.candidates(options.source(), jar, found.access()),
                options.source().file().isPresent());
        observing = observation.isOn();
        if (observation.outlivesTheJvm()) {
            exit.watch();
        }
        if (!observing) {
            // Nothing will come that threads could be joined with.
            hooks.handTo(null);
        }
        if (options.demo() && found.hasNativeAccess()) {
            demo.start(
                    found.correlator(),
                    () -> observing ? Optional.of(found.correlator().source()) : Optional.empty());
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
        if (Thread.currentThread() != thread && ready.getCount() == 0 && !stopped && thread.isAlive()) {
            endings.await(thread);
        }
    }

    private void finish(Ending end) {
        if (end == null) {
            return;
        }
        try {
            if (end.last()) {
                observation.end();
            } else {
                observation.chunkEnds();
            }
            hooks.recordingEnds(end.last(), statuses);
            statuses.commitAll();
            parts.recordingEnds(end.last());
        } finally {
            end.done().countDown();
        }
    }

    private void stopOwnRecording() {
        if (ownRecording == null) {
            return;
        }
        try {
            // Writes the file, too.
            ownRecording.stop();
            ownRecording.close();
        } catch (IllegalStateException stoppedAlready) {
            // The JVM ends, and JFR was faster.
        }
    }

    private void tearDown() {
        stopped = true;
        exit.forget();
        hooks.handTo(null);
        try {
            if (observation != null) {
                Ending waiting = endings.take();
                finish(waiting == null ? Ending.ofObservation() : waiting);
            }
            stopOwnRecording();
            hooks.measure(null);
            jfr.forget();
        } catch (RuntimeException | Error broken) {
            Console.say("the end was not recorded: " + broken);
        } finally {
            if (observation != null) {
                observation.stop();
                parts.close();
            }
        }
    }
}
