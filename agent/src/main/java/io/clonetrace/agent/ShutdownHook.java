package io.clonetrace.agent;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.ReservedThread;
import io.clonetrace.hook.ShutdownSequence;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What the JVM's end has to wait for: that the recordings are written, and that the source has ended. It runs in the
 * thread that ends the JVM, and so also where no thread can be started.
 *
 * <p>JFR writes recordings in a shutdown hook, which is a thread. At a limit it can't be started, or is not waited for
 * (see {@link ShutdownSequence}): the recording that says why would be lost, or HotSpot's emergency dump would
 * interrupt JFR while it writes, and end or hang.
 */
final class ShutdownHook {
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** The name that jdk.jfr.internal.PlatformRecorder gives it, JDK 17 to 25. */
    private static final String JFR_HOOK = "JFR Shutdown Hook";

    private final Runnable hurry;
    private final Runnable requestEnd;
    private final BooleanSupplier hasNoSource;
    private final CountDownLatch sourceEnded = new CountDownLatch(1);
    private final ShutdownSequence sequence = new ShutdownSequence(this::begins, this::hooksHaveRun);
    private final ReservedThread reserve = new ReservedThread();
    private Thread jfrHook;
    private volatile boolean begun;

    /**
     * @param hurry ends the start of a source that is under way
     * @param requestEnd asks the session's thread to end
     * @param hasNoSource whether there is no source that has to end before the process
     */
    ShutdownHook(Runnable hurry, Runnable requestEnd, BooleanSupplier hasNoSource) {
        this.hurry = hurry;
        this.requestEnd = requestEnd;
        this.hasNoSource = hasNoSource;
    }

    /** Enters the JVM's shutdown sequence; prints why if that fails. */
    void watch() {
        try {
            sequence.enter();
        } catch (ReflectiveOperationException | RuntimeException otherJdk) {
            // JFR's own hook writes the recordings if it can start, and the next start of a source removes what stays.
            Console.say("a JVM that ends at a limit on threads may lose its recording: " + otherJdk);
        }
    }

    /** Keeps a place for JFR's shutdown hook, a thread that is needed because of us. */
    void reserve() {
        reserve.take();
    }

    /** Leaves the shutdown sequence. */
    void forget() throws ReflectiveOperationException {
        sequence.leave();
        reserve.giveBack();
    }

    /** Whether the JVM ends, and the session was asked to end its source and nothing else. */
    boolean hasBegun() {
        return begun;
    }

    /** The session's thread has ended the source, or has none: the JVM's end need not wait for it. */
    void sourceEnded() {
        sourceEnded.countDown();
    }

    private void begins(List<Thread> hooks) {
        try {
            // No stream: where no mapping is left, a class that is loaded now ends the JVM.
            for (Thread hook : hooks) {
                if (hook.getName().equals(JFR_HOOK)) {
                    jfrHook = hook;
                }
            }
            hurry.run();
            reserve.giveBack();
        } catch (Throwable failure) {
            Console.failed("at the JVM's end", failure);
        }
    }

    private void hooksHaveRun() {
        boolean interrupted = Thread.interrupted();
        try {
            if (jfrHook != null) {
                awaitRecordings(jfrHook);
            }
            if (sourceEnded.getCount() > 0 && !hasNoSource.getAsBoolean()) {
                begun = true;
                requestEnd.run();
                sourceEnded.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException impatient) {
            interrupted = true;
        } catch (Throwable failure) {
            Console.failed("at the JVM's end", failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The source may end only after it: until then clones are read. */
    private static void awaitRecordings(Thread hook) throws InterruptedException {
        if (hook.getState() == Thread.State.NEW) {
            hook.run();
        } else {
            hook.join();
        }
    }
}
