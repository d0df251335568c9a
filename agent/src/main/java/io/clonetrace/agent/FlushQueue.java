package io.clonetrace.agent;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.agent.source.Observation;
import io.clonetrace.agent.starts.HookListeners;
import io.clonetrace.linux.proc.Patience;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is committed when a recording, or a chunk of it, ends. JFR calls {@link #await} on the thread that ends the
 * recording, and so waits until the session's thread has committed what it knows ({@link #flushNext}). One caller waits
 * at a time; the others' recordings end with it.
 */
final class FlushQueue {
    /** How long JFR waits while the session's thread makes no progress. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final HookListeners listeners;
    private final JfrState jfr;
    private final StatusLog statuses;
    private final Runnable sourceEnded;
    private final AtomicReference<Waiting> waiting = new AtomicReference<>();

    /** @param sourceEnded called when the source has ended because the JVM ends */
    FlushQueue(HookListeners listeners, JfrState jfr, StatusLog statuses, Runnable sourceEnded) {
        this.listeners = listeners;
        this.jfr = jfr;
        this.statuses = statuses;
        this.sourceEnded = sourceEnded;
    }

    /**
     * A recording that waits.
     *
     * @param last whether the JVM ends with it
     */
    private record Waiting(boolean last, CountDownLatch flushed) {}

    /** Waits until {@code session} has committed what it knows, but not for ever. Called by any other thread. */
    void await(AgentThread session) {
        Waiting mine = new Waiting(jvmEnds(), new CountDownLatch(1));
        if (!waiting.compareAndSet(null, mine)) {
            return;
        }
        AgentThread.wake(session);
        try {
            if (awaitProgressing(mine.flushed, session)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        StatusLog.flushTimedOut();
    }

    /** On an overloaded machine the session's thread may get little processor time, and needs it all the same. */
    private static boolean awaitProgressing(CountDownLatch flushed, AgentThread session) throws InterruptedException {
        Patience patience = session.patience(PATIENCE_NANOS, CHECK_NANOS);
        while (!flushed.await(CHECK_NANOS, TimeUnit.NANOSECONDS)) {
            if (patience.isOver()) {
                return false;
            }
        }
        return true;
    }

    /** Loads what {@link #await} needs: at the JVM's end there may be no memory for a class. */
    static void prepare(AgentThread session) {
        session.patience(PATIENCE_NANOS, CHECK_NANOS).isOver();
    }

    /** Whether this JVM is about to end. */
    static boolean jvmEnds() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException shutdown) {
            return true;
        } catch (SecurityException unknown) {
            return false;
        }
    }

    /** Whether a recording waits. */
    boolean isAwaited() {
        return waiting.get() != null;
    }

    /** Flushes for the recording that waits, if one does. Called by the session's thread. */
    void flushNext(SessionParts parts) {
        Waiting next = waiting.getAndSet(null);
        if (next != null) {
            flush(next, parts);
        }
    }

    /** Flushes for a recording that the session's thread itself ends. */
    void flushNow(SessionParts parts) {
        flush(new Waiting(false, new CountDownLatch(1)), parts);
    }

    /** Releases the recording that waits: the session has ended. */
    void release() {
        Waiting next = waiting.getAndSet(null);
        if (next != null) {
            next.flushed.countDown();
        }
    }

    private void flush(Waiting ending, SessionParts parts) {
        try {
            if (ending.last) {
                commitLast(parts);
            } else {
                parts.observation().chunkEnds();
                commit(false, parts);
            }
        } catch (RuntimeException | Error failure) {
            listeners.suppressed().add(failure);
            StatusLog.flushFailed(failure);
        } finally {
            ending.flushed.countDown();
        }
        if (ending.last) {
            // While JFR writes the recording.
            endSource(parts);
        }
    }

    /** Measuring thousands of stacks takes a while, in which the application's shutdown hooks may start threads. */
    private void commitLast(SessionParts parts) {
        Observation observation = parts.observation();
        long before = listeners.seen();
        int markers = observation.end();
        commit(true, parts);
        jfr.endThreadStarts();
        listeners.awaitRecordedStarts();
        if (listeners.seen() > before + markers) {
            observation.end();
            listeners.report(true, statuses);
            statuses.commitAll();
        }
        listeners.use(listeners.context().withoutJoining());
    }

    /** Commits what the hook, the sources and the parts have counted, and what the parts measure now. */
    void commit(boolean last, SessionParts parts) {
        listeners.recordingEnds(last, statuses);
        statuses.commitAll();
        parts.recordingEnds(last);
    }

    /** Ends the source because the JVM ends. */
    void endSource(SessionParts parts) {
        try {
            parts.observation().stopAtProcessEnd();
        } catch (RuntimeException | Error failure) {
            listeners.suppressed().add(failure);
        } finally {
            sourceEnded.run();
        }
    }
}
