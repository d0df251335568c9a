package io.clonetrace.agent;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.ReservedThread;
import io.clonetrace.hook.ShutdownSequence;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What the JVM's end has to wait for, in the thread that ends it and so also where no thread can be started: that the
 * recordings are written, and that the source has ended which has to before.
 *
 * <p>JFR writes them in a shutdown hook, a thread. At a limit it can't be started, or is not waited for (see
 * {@link ShutdownSequence}): the recording that says why would be lost, or HotSpot's emergency dump would come upon JFR
 * in the midst of writing, and end or hang.
 */
final class ShutdownHook {
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** The name that jdk.jfr.internal.PlatformRecorder gives it, JDK 17 to 25. */
    private static final String JFR_HOOK = "JFR Shutdown Hook";

    private final Runnable hurry;
    private final Runnable stop;
    private final BooleanSupplier idle;
    private final CountDownLatch released = new CountDownLatch(1);
    private final ShutdownSequence sequence = new ShutdownSequence(this::begins, this::hooksHaveRun);
    private final ReservedThread reserve = new ReservedThread();
    private Thread jfrHook;
    private volatile boolean begun;

    /**
     * @param hurry tells the source that the JVM ends
     * @param stop asks the agent's thread to end
     * @param idle whether there is no source that has to end before the process
     */
    ShutdownHook(Runnable hurry, Runnable stop, BooleanSupplier idle) {
        this.hurry = hurry;
        this.stop = stop;
        this.idle = idle;
    }

    /** Takes a place in the JVM's end; where that fails, the console says why. */
    void watch() {
        try {
            sequence.enter();
        } catch (ReflectiveOperationException | RuntimeException otherJdk) {
            // JFR's own hook writes what it can start for, and the next start of a source takes away what stays.
            Console.say("a JVM that ends at a limit on threads may lose its recording: " + otherJdk);
        }
    }

    /** Keeps a place for the thread that JFR will need because of us. */
    void reserve() {
        reserve.take();
    }

    void forget() throws ReflectiveOperationException {
        sequence.leave();
        reserve.giveBack();
    }

    /** Whether the JVM ends, and nothing but the source's own things is to be given back. */
    boolean hasBegun() {
        return begun;
    }

    /** The agent's thread has ended the source. */
    void released() {
        released.countDown();
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
            if (released.getCount() > 0 && !idle.getAsBoolean()) {
                begun = true;
                stop.run();
                released.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
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

    /** Its end is the source's too: clones are still to be read. */
    private static void awaitRecordings(Thread hook) throws InterruptedException {
        if (hook.getState() == Thread.State.NEW) {
            hook.run();
        } else {
            hook.join();
        }
    }
}
