package io.clonetrace.agent;

import io.clonetrace.linux.proc.Patience;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The state of a session, and the only way to change it. A transition that the table does not have is refused, without
 * an exception: a session whose end was requested during its start simply does not become active.
 *
 * <table>
 * <caption>Who may ask for which transition, on which thread</caption>
 * <tr><th>transition</th><th>from</th><th>to</th><th>asked for by</th><th>thread</th></tr>
 * <tr><td>HOOK</td><td>STARTING</td><td>HOOKED</td><td>the session: the hook works, the recording is on, the threads
 *     that lived before are known</td><td>the session's</td></tr>
 * <tr><td>ACTIVATE</td><td>HOOKED</td><td>ACTIVE</td><td>the session: a source has started, or all were refused</td>
 *     <td>the session's</td></tr>
 * <tr><td>FLUSH</td><td>STARTING, HOOKED, ACTIVE</td><td>FLUSHING</td><td>a start that failed, a detach request or
 *     file, the end of the process that owns the agent or of the JVM, a failure of the session</td><td>any: the starting one, HotSpot's Attach Listener, the
 *     one that ends the JVM, the session's</td></tr>
 * <tr><td>CLOSE</td><td>FLUSHING</td><td>CLOSED</td><td>{@link SessionEnd}, after its last step</td><td>the session's;
 *     any other where the session's has ended or never ran</td></tr>
 * </table>
 */
final class SessionLifecycle {
    private final Thread session;
    private volatile State state = State.STARTING;
    private boolean awaitedInVain;

    /** @param session the session's thread, which need not run yet */
    SessionLifecycle(Thread session) {
        this.session = session;
    }

    /** The states, in the order in which a session has them; it may skip some. */
    enum State {
        /** The hook is installed and tested; meanwhile the recording starts, and the live threads are listed. */
        STARTING,
        /** Thread starts are recorded; the source is being started. */
        HOOKED,
        /** The session's thread reads the source, and commits what it knows before a recording ends. */
        ACTIVE,
        /** The end was requested: the session's thread commits the last events, and gives everything back. */
        FLUSHING,
        /** The session's thread does nothing more. */
        CLOSED;

        /** Whether there may be nothing yet to commit. */
        boolean isStart() {
            return this == STARTING || this == HOOKED;
        }
    }

    /** The rows of the table. */
    enum Transition {
        HOOK(EnumSet.of(State.STARTING), State.HOOKED, Caller.SESSION),
        ACTIVATE(EnumSet.of(State.HOOKED), State.ACTIVE, Caller.SESSION),
        FLUSH(EnumSet.of(State.STARTING, State.HOOKED, State.ACTIVE), State.FLUSHING, Caller.ANY),
        CLOSE(EnumSet.of(State.FLUSHING), State.CLOSED, Caller.SESSION_OR_AFTER_IT);

        private final Set<State> from;
        private final State to;
        private final Caller caller;

        Transition(Set<State> from, State to, Caller caller) {
            this.from = from;
            this.to = to;
            this.caller = caller;
        }

        private boolean isAllowed(State current, Thread session) {
            return from.contains(current) && caller.isCurrent(session);
        }
    }

    /** The threads that may ask for a transition. */
    private enum Caller {
        SESSION,
        ANY,
        SESSION_OR_AFTER_IT;

        boolean isCurrent(Thread session) {
            return this == ANY
                    || Thread.currentThread() == session
                    || this == SESSION_OR_AFTER_IT && !session.isAlive();
        }
    }

    /**
     * Makes a transition, if the table has it.
     *
     * @return whether it was made
     */
    synchronized boolean request(Transition transition) {
        if (!transition.isAllowed(state, session)) {
            return false;
        }
        state = transition.to;
        notifyAll();
        return true;
    }

    State state() {
        return state;
    }

    /** Whether the session is in that state or in a later one. */
    boolean hasReached(State wanted) {
        return state.compareTo(wanted) >= 0;
    }

    /** Waits until the session has reached a state, {@code FLUSHING} if its start fails, or until the time is over. */
    synchronized void await(State wanted, long millis) throws InterruptedException {
        awaitedInVain = !reaches(wanted, millis);
    }

    /**
     * Waits as {@link #await(State, long)} does, before a longer wait: {@link #wasAwaitedInVain} does not count it.
     *
     * @return whether the session has reached the state
     */
    synchronized boolean reaches(State wanted, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = deadline - System.nanoTime();
        while (!hasReached(wanted) && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
        return hasReached(wanted);
    }

    /** The same, while the session makes progress. */
    synchronized void await(State wanted, Patience patience, long pauseNanos) throws InterruptedException {
        while (!hasReached(wanted) && !patience.isOver()) {
            TimeUnit.NANOSECONDS.timedWait(this, pauseNanos);
        }
    }

    /** Whether the last wait for a time was over before the session had reached the state. */
    synchronized boolean wasAwaitedInVain() {
        return awaitedInVain;
    }
}
