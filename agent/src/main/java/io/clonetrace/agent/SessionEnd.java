package io.clonetrace.agent;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.JdkCaches;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.OwnRecording;
import io.clonetrace.agent.starts.HookListeners;
import io.clonetrace.hook.ThreadHook;
import io.clonetrace.linux.proc.Patience;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The end of a session, however it comes about:
 *
 * <ul>
 *   <li>The JVM goes on: a detach, a start that failed, a failure of the session. {@link #request} is all it takes; the
 *       session's thread leaves its loop and takes the steps of {@link #run}.
 *   <li>The JVM ends: JFR's shutdown hook ends the recordings, and {@link FlushQueue} commits what belongs into them
 *       and ends the source. {@link ShutdownHook} waits for both; only if the source is still on then, it requests the
 *       end of the session, of which nothing but the source's own end is left to do.
 * </ul>
 */
final class SessionEnd {
    /** The request that ends a session, as a later load of the agent makes it through java.base. */
    static final String DETACH = "detach";

    // A Path is the request to write into it what was recorded so far; answered by null, or why not, in a line.

    /** The request for the file of its recording: an Optional of its Path. An older agent answers with a string. */
    static final String RECORDING = "recording";

    /** How long a detach waits for a session that makes no progress. */
    private static final long PATIENCE_SECONDS = 30;

    private static final long CHECK_MILLIS = 100;

    private final SessionLifecycle lifecycle;
    private final AgentThread session;
    private final ThreadHook hook;
    private final HookListeners listeners;
    private final JfrState jfr;
    private final OwnRecording own;
    private final RecordingStart recordingStart;
    private final FlushQueue flushes;
    private final ShutdownHook shutdown;
    private final Function<Object, Object> requests = this::answer;
    private volatile String failure;

    SessionEnd(
            SessionLifecycle lifecycle,
            AgentThread session,
            ThreadHook hook,
            HookListeners listeners,
            JfrState jfr,
            OwnRecording own,
            RecordingStart recordingStart,
            FlushQueue flushes,
            ShutdownHook shutdown) {
        this.lifecycle = lifecycle;
        this.session = session;
        this.hook = hook;
        this.listeners = listeners;
        this.jfr = jfr;
        this.own = own;
        this.recordingStart = recordingStart;
        this.flushes = flushes;
        this.shutdown = shutdown;
    }

    /** What fails does not keep the other steps from being taken. */
    private interface Step {
        void take() throws Exception;
    }

    /** See ClonetraceSlots.agent. */
    @SuppressWarnings("unchecked")
    private Object answer(Object request) {
        if (request instanceof Consumer<?> observer) {
            return listeners.observers().add((Consumer<Object>) observer);
        }
        if (request instanceof Path file) {
            return own.dump(file);
        }
        if (RECORDING.equals(request)) {
            return own.file();
        }
        return DETACH.equals(request) ? requestAndAwait() : "no " + request;
    }

    /** Makes this session the one that answers requests in this JVM; false if another one does. */
    boolean claimRequests() throws ReflectiveOperationException {
        return hook.claim(requests);
    }

    /** Asks for the end, without waiting. Called by any thread. */
    void request() {
        lifecycle.request(SessionLifecycle.Transition.FLUSH);
        listeners.cancelSelfTest();
        AgentThread.wake(session);
    }

    /**
     * Asks for the end, and waits until the session's thread has ended.
     *
     * @return null, or what failed, in a line
     */
    String requestAndAwait() {
        request();
        boolean interrupted = false;
        try {
            awaitSession();
        } catch (InterruptedException callers) {
            interrupted = true;
        }
        if (session.isAlive()) {
            return "it has not ended, and made no progress for " + PATIENCE_SECONDS + " s";
        }
        // Once more, because that thread may never have run.
        step(this::removeHook);
        lifecycle.request(SessionLifecycle.Transition.CLOSE);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure;
    }

    private void awaitSession() throws InterruptedException {
        Patience patience = session.patience(
                TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS), TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS));
        do {
            session.join(CHECK_MILLIS);
        } while (session.isAlive() && !patience.isOver());
    }

    /**
     * Ends the session; called by its thread, once.
     *
     * @param parts null if the session ended before they were made
     */
    void run(SessionParts parts) {
        if (shutdown.hasBegun()) {
            // The JVM ends, and the recordings are written: only the source outlives it.
            if (parts != null) {
                flushes.endSource(parts);
            }
        } else {
            giveEverythingBack(parts);
        }
        // The JVM may have begun to end meanwhile.
        shutdown.sourceEnded();
        flushes.release();
        lifecycle.request(SessionLifecycle.Transition.CLOSE);
    }

    private void giveEverythingBack(SessionParts parts) {
        // What it has begun is given back below.
        step(recordingStart::await);
        step(shutdown::forget);
        if (parts != null) {
            // With the hook still installed: only the thread starts tell whose the last clones are.
            step(parts.observation()::detach);
        }
        step(this::removeHook);
        if (parts != null) {
            step(() -> flushes.commit(true, parts));
        }
        step(own::end);
        step(jfr::forget);
        if (parts != null) {
            step(parts::close);
        }
        step(JdkCaches::forgetUs);
    }

    private void removeHook() throws ReflectiveOperationException, InterruptedException {
        listeners.use(listeners.context().withoutJoining());
        try {
            hook.uninstall();
        } finally {
            listeners.awaitPendingStarts();
            listeners.use(listeners.context().withExitSampler(null));
            hook.release(requests);
        }
    }

    private void step(Step step) {
        try {
            step.take();
        } catch (Exception | Error failed) {
            if (failure == null) {
                failure = failed.toString();
            }
        }
    }
}
