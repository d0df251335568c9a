package io.clonetrace.agent;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.event.VirtualThreadsEvent;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.hook.ThreadListener;
import io.clonetrace.linux.NativeAccess;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import jdk.jfr.Recording;

/** The agent while it is on: one thread of ours that sets everything up, takes in what is seen, and commits it. */
final class Session implements Runnable {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Without a source there is nothing to read, only now and then stacks to measure. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long RECORDING_SECONDS = 30;

    private final Path jar;
    private final AgentOptions options;
    private final ThreadFields fields;
    private final Suppressed suppressed = new Suppressed();
    private final InFlight inFlight = new InFlight();
    private final JfrState jfr = new JfrState(this::chunkEnds);
    private final StartHook startHook;
    private final ExitHook exitHook;
    private final LongAdder virtualStarts = new LongAdder();
    private final LongSupplier suppressedInHook;
    private final StatusLog statuses = new StatusLog();
    private final CountDownLatch hooked = new CountDownLatch(1);
    private final CountDownLatch recording = new CountDownLatch(1);
    private final DemoRun demo = new DemoRun();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private final AgentThread thread = new AgentThread("clonetrace", this);
    private NativeAccess access;
    private Recording ownRecording;
    private Correlator correlator;
    private Observation observation;
    private StackSampler sampler;
    private AgentThread selfTest;
    private volatile boolean observing;
    private volatile boolean stopped;

    /**
     * @param jar clonetrace.jar
     * @param suppressedInHook exceptions that reached the woven code
     */
    Session(Path jar, AgentOptions options, ThreadFields fields, LongSupplier suppressedInHook) {
        this.jar = jar;
        this.options = options;
        this.fields = fields;
        this.suppressedInHook = suppressedInHook;
        this.startHook = new StartHook(fields, inFlight, jfr, suppressed);
        this.exitHook = new ExitHook(fields, inFlight, suppressed);
    }

    ThreadListener listener() {
        return new ThreadListener(startHook, startHook, startHook, exitHook, virtualStarts);
    }

    void start() {
        thread.start();
    }

    /** Starts one thread and sees whether the hook told of it. */
    boolean hookWorks() throws InterruptedException {
        AgentThread expected = new AgentThread("clonetrace self-test", () -> {});
        startHook.expect(expected);
        expected.start();
        expected.join();
        selfTest = expected;
        hooked.countDown();
        return startHook.sawExpected();
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
        hooked.countDown();
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
                sampler.tick();
                finish(ending.getAndSet(null));
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
        options.record().ifPresent(file -> {
            try {
                jfr.setUpByUs();
                ownRecording = RecordingFile.start(file);
            } catch (IOException | RuntimeException refused) {
                Console.say("nothing is recorded: " + refused.getMessage());
            }
        });
        openNativeAccess();
        LiveThreads threads = new LiveThreads(fields, access, jfr);
        correlator = correlator();
        StackReading stacks = StackReading.choose(options.stackReader(), access != null);
        sampler = new StackSampler(options.stacks(), stacks.snapshot(), threads, correlator.known(), suppressed);
        if (options.stacks().atEnd() && stacks.own() != null) {
            exitHook.measure(new StackAtEnd(threads, jfr, stacks.own()));
        }
        observation = new Observation(correlator, statuses);
        if (access != null && !options.source().name().equals("none")) {
            startHook.handTo(correlator::offer);
        }
        // A thread that starts between the look at the live ones and the hook would be in neither.
        hooked.await();
        if (stopped) {
            return;
        }
        correlator.seen(livedBefore(threads));
        recording.countDown();
        observation.start(
                SourceChoice.candidates(options.source(), jar, access),
                options.source().file().isPresent());
        observing = observation.isOn();
        if (!observing) {
            // Nothing will come that threads could be joined with.
            startHook.handTo(null);
        }
        if (options.demo() && access != null) {
            demo.start(correlator, () -> observing ? Optional.of(correlator.source()) : Optional.empty());
        } else {
            demo.cancel();
        }
    }

    /** With the self-test's thread, which ended, most likely, before its native side could be read. */
    private List<JavaThread> livedBefore(LiveThreads threads) throws ReflectiveOperationException {
        List<JavaThread> all = new ArrayList<>(threads.seen());
        all.add(new JavaThread(
                new WeakReference<>(selfTest),
                fields.id(selfTest),
                selfTest.getName(),
                TaskKind.AGENT,
                selfTest.tid(),
                CloneCall.UNKNOWN,
                System.currentTimeMillis(),
                null));
        return all;
    }

    private void openNativeAccess() {
        try {
            access = NativeAccess.open(() -> fields.eetop(thread));
            startHook.use(access);
            exitHook.use(access);
        } catch (NativeUnavailableException unavailable) {
            Console.say("without native access, so no thread's tid and stack are known: " + unavailable.getMessage());
        }
    }

    private Correlator correlator() {
        TaskList tasks = TaskList.ofSelf();
        return new Correlator(
                (int) ProcessHandle.current().pid(),
                tasks::contains,
                inFlight,
                call -> access == null || !access.tlsIsPthread()
                        ? Optional.empty()
                        : access.startRoutines().madeByHotSpot(call.tls(), call.childTidAddress(), call.childTid()),
                tid -> tasks.comm(tid).orElse(null));
    }

    /** Called by JFR, on a thread of its own or of whoever ends a recording. */
    private void chunkEnds() {
        if (Thread.currentThread() == thread || ready.getCount() > 0 || stopped || !thread.isAlive()) {
            return;
        }
        Ending mine = Ending.now();
        if (!ending.compareAndSet(null, mine)) {
            return;
        }
        LockSupport.unpark(thread);
        if (!mine.await()) {
            StatusLog.tooLate();
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
            VirtualThreadsEvent event = new VirtualThreadsEvent();
            event.started = virtualStarts.sum();
            event.commit();
            statuses.update(hookStatus(end.last()));
            statuses.commitAll();
            // Last: thousands of stacks under strace take longer than JFR waits for us.
            sampler.end();
        } finally {
            end.done().countDown();
        }
    }

    private StatusLog.Status hookStatus(boolean last) {
        long count = suppressed.count() + suppressedInHook.getAsLong();
        String reason =
                count == 0 ? null : count + " failures of the agent were suppressed, first " + suppressed.first();
        return new StatusLog.Status("hook", last ? "stopped" : "active", reason, startHook.seen(), count);
    }

    private void tearDown() {
        stopped = true;
        startHook.handTo(null);
        try {
            if (observation != null) {
                Ending waiting = ending.getAndSet(null);
                finish(waiting == null ? Ending.ofObservation() : waiting);
            }
            if (ownRecording != null) {
                // Writes the file, too.
                ownRecording.stop();
                ownRecording.close();
            }
            exitHook.measure(null);
            jfr.forget();
        } catch (RuntimeException | Error broken) {
            Console.say("the end was not recorded: " + broken);
        } finally {
            if (observation != null) {
                observation.stop();
            }
        }
    }
}
