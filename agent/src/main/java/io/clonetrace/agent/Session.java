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
import java.time.Duration;
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
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Without a source there is nothing to read, only now and then stacks to measure. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long CHUNK_END_SECONDS = 3;
    private static final long RECORDING_SECONDS = 30;

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
    private final CountDownLatch recording = new CountDownLatch(1);
    private final CountDownLatch ready = new CountDownLatch(1);
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private final AgentThread thread = new AgentThread("clonetrace", this);
    private NativeAccess access;
    private Recording ownRecording;
    private Correlator correlator;
    private Observation observation;
    private StackSampler sampler;
    private volatile AgentThread selfTest;
    private volatile boolean stopped;

    /**
     * A recording, or a part of it, that waits for us before it ends.
     *
     * @param last whether the JVM ends with it
     */
    private record Ending(boolean last, CountDownLatch done) {}

    /** @param suppressedInHook exceptions that reached the woven code */
    Session(AgentOptions options, ThreadFields fields, LongSupplier suppressedInHook) {
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
        return startHook.sawExpected();
    }

    /**
     * Waits until the recording is on, which JFR's own start option would also make the JVM wait for, and then for the
     * source to start or be refused, but no longer than the user allows.
     */
    void awaitReady(Duration source) throws InterruptedException {
        recording.await(RECORDING_SECONDS, TimeUnit.SECONDS);
        ready.await(source.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        try {
            setUp();
            ready.countDown();
            while (!stopped) {
                handSelfTest();
                boolean any = observation.pass();
                sampler.tick();
                finish(ending.getAndSet(null));
                if (!any) {
                    LockSupport.parkNanos(observation.isOn() ? PASS_NANOS : IDLE_NANOS);
                }
            }
        } catch (Throwable failure) {
            Console.say("stopped observing: " + failure);
        } finally {
            recording.countDown();
            ready.countDown();
            tearDown();
        }
    }

    private void setUp() throws ReflectiveOperationException {
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
        observation = new Observation(correlator, statuses);
        sampler = new StackSampler(options.stacks(), threads, correlator.known(), suppressed);
        if (access != null && !options.source().name().equals("none")) {
            startHook.handTo(correlator::offer);
        }
        correlator.seen(threads.seen());
        recording.countDown();
        observation.start(
                SourceChoice.candidates(options.source(), access),
                options.source().file().isPresent());
    }

    /** The self-test's thread ended, most likely, before its native side could be read. */
    private void handSelfTest() {
        AgentThread ended = selfTest;
        if (ended != null) {
            selfTest = null;
            correlator.offer(new JavaThread(
                    new WeakReference<>(ended),
                    fields.id(ended),
                    ended.getName(),
                    TaskKind.AGENT,
                    ended.tid(),
                    CloneCall.UNKNOWN,
                    null));
        }
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
        if (Thread.currentThread() == thread || ready.getCount() > 0 || !thread.isAlive()) {
            return;
        }
        Ending mine = new Ending(jvmEnds(), new CountDownLatch(1));
        if (!ending.compareAndSet(null, mine)) {
            return;
        }
        LockSupport.unpark(thread);
        try {
            mine.done.await(CHUNK_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish(Ending end) {
        if (end == null) {
            return;
        }
        try {
            sampler.end();
            if (end.last) {
                observation.end();
            } else {
                observation.chunkEnds();
            }
            VirtualThreadsEvent event = new VirtualThreadsEvent();
            event.started = virtualStarts.sum();
            event.commit();
            statuses.update(hookStatus(end.last));
            statuses.commitAll();
        } finally {
            end.done.countDown();
        }
    }

    private StatusLog.Status hookStatus(boolean last) {
        long count = suppressed.count() + suppressedInHook.getAsLong();
        String reason =
                count == 0 ? null : count + " failures of the agent were suppressed, first " + suppressed.first();
        return new StatusLog.Status("hook", last ? "stopped" : "active", reason, startHook.seen(), count);
    }

    private void tearDown() {
        startHook.handTo(null);
        if (observation != null) {
            finish(new Ending(false, new CountDownLatch(1)));
        }
        if (ownRecording != null) {
            // Writes the file, too.
            ownRecording.stop();
            ownRecording.close();
        }
        jfr.forget();
        if (observation != null) {
            observation.stop();
        }
    }

    private static boolean jvmEnds() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException shutdown) {
            return true;
        }
    }
}
