package io.clonetrace.agent;

import static io.clonetrace.agent.SessionLifecycle.State.ACTIVE;
import static io.clonetrace.agent.SessionLifecycle.State.CLOSED;
import static io.clonetrace.agent.SessionLifecycle.State.FLUSHING;
import static io.clonetrace.agent.SessionLifecycle.State.HOOKED;
import static io.clonetrace.agent.SessionLifecycle.State.STARTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.SessionLifecycle.State;
import io.clonetrace.agent.SessionLifecycle.Transition;
import io.clonetrace.linux.proc.Patience;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks the table of transitions: each from each state, on the session's thread, beside it, and after it. */
class SessionLifecycleTest {
    private static final long SOON_MILLIS = 20;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LONG_MILLIS = TimeUnit.SECONDS.toMillis(60);

    /** How the session's own thread leads into each state. */
    private static final Map<State, List<Transition>> WAYS = Map.of(
            STARTING, List.of(),
            HOOKED, List.of(Transition.HOOK),
            ACTIVE, List.of(Transition.HOOK, Transition.ACTIVATE),
            FLUSHING, List.of(Transition.FLUSH),
            CLOSED, List.of(Transition.FLUSH, Transition.CLOSE));

    private enum Caller {
        SESSION,
        OTHER_BESIDE_SESSION,
        OTHER_AFTER_SESSION
    }

    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final Thread session = new Thread(this::work, "session");
    private final SessionLifecycle lifecycle = new SessionLifecycle(session);

    private void work() {
        try {
            while (!Thread.interrupted()) {
                work.take().run();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @BeforeEach
    void start() {
        session.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        session.interrupt();
        session.join();
    }

    private boolean onSession(Transition transition) throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<Boolean> request = new FutureTask<>(() -> lifecycle.request(transition));
        work.add(request);
        return request.get(LONG_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lead(State state) throws Exception {
        for (Transition transition : WAYS.get(state)) {
            assertTrue(onSession(transition));
        }
        assertEquals(state, lifecycle.state());
    }

    /** The state that follows; the same one if the transition is refused. */
    private static State next(State from, Transition transition, Caller caller) {
        boolean bySession = caller == Caller.SESSION;
        return switch (transition) {
            case HOOK -> from == STARTING && bySession ? HOOKED : from;
            case ACTIVATE -> from == HOOKED && bySession ? ACTIVE : from;
            case FLUSH -> from == STARTING || from == HOOKED || from == ACTIVE ? FLUSHING : from;
            case CLOSE -> from == FLUSHING && caller != Caller.OTHER_BESIDE_SESSION ? CLOSED : from;
        };
    }

    static Stream<Arguments> table() {
        return Stream.of(State.values())
                .flatMap(from -> Stream.of(Transition.values())
                        .flatMap(transition ->
                                Stream.of(Caller.values()).map(caller -> Arguments.of(from, transition, caller))));
    }

    @ParameterizedTest(name = "{1} of {0} by {2}")
    @MethodSource("table")
    void onlyTheTransitionsOfTheTableAreMade(State from, Transition transition, Caller caller) throws Exception {
        lead(from);
        State next = next(from, transition, caller);
        if (caller == Caller.OTHER_AFTER_SESSION) {
            end();
        }
        boolean made = caller == Caller.SESSION ? onSession(transition) : lifecycle.request(transition);
        assertEquals(next, lifecycle.state());
        assertEquals(next != from, made);
    }

    @Test
    void sessionWhoseThreadNeverRanCanBeClosed() {
        SessionLifecycle neverRan = new SessionLifecycle(new Thread());
        assertTrue(neverRan.request(Transition.FLUSH));
        assertTrue(neverRan.request(Transition.CLOSE));
        assertEquals(CLOSED, neverRan.state());
    }

    @ParameterizedTest
    @EnumSource
    void stateIsReachedByItAndEachLaterOne(State state) throws Exception {
        lead(state);
        for (State other : State.values()) {
            assertEquals(other.ordinal() <= state.ordinal(), lifecycle.hasReached(other), other::toString);
        }
    }

    @Test
    void waitEndsWithTheState() throws Exception {
        FutureTask<Boolean> waits = waitingFor(HOOKED);
        onSession(Transition.HOOK);
        assertTrue(waits.get(LONG_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Test
    void waitForTheStartEndsWhereTheSessionEnds() throws Exception {
        FutureTask<Boolean> waits = waitingFor(ACTIVE);
        lifecycle.request(Transition.FLUSH);
        assertTrue(waits.get(LONG_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Test
    void waitEndsWithItsTime() throws InterruptedException {
        lifecycle.await(ACTIVE, SOON_MILLIS);
        lifecycle.await(ACTIVE, 0);
        assertFalse(lifecycle.hasReached(ACTIVE));
        assertTrue(lifecycle.wasAwaitedInVain());
    }

    @Test
    void waitForAStateThatWasReachedIsNotInVain() throws Exception {
        lead(HOOKED);
        lifecycle.await(HOOKED, 0);
        assertFalse(lifecycle.wasAwaitedInVain());
    }

    @Test
    void shortWaitBeforeALongerOneIsNotInVain() throws Exception {
        assertFalse(lifecycle.reaches(HOOKED, 1));
        assertFalse(lifecycle.wasAwaitedInVain());
        lead(HOOKED);
        assertTrue(lifecycle.reaches(HOOKED, 0));
    }

    /** The session gets little processor time: each check would be the last without it. */
    @Test
    void waitGoesOnWhileTheSessionMakesProgress() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        LongSupplier progress = () -> {
            if (checks.incrementAndGet() == 23) {
                work.add(() -> lifecycle.request(Transition.HOOK));
            }
            return checks.get();
        };
        lifecycle.await(HOOKED, new Patience(PAUSE_NANOS, PAUSE_NANOS, progress), 1);
        assertTrue(lifecycle.hasReached(HOOKED));
        assertTrue(checks.get() >= 23, checks::toString);
    }

    @Test
    void waitEndsWithoutProgress() throws InterruptedException {
        lifecycle.await(ACTIVE, new Patience(7 * PAUSE_NANOS, PAUSE_NANOS, () -> 0), 1);
        assertFalse(lifecycle.hasReached(ACTIVE));
    }

    private FutureTask<Boolean> waitingFor(State state) {
        FutureTask<Boolean> waits = new FutureTask<>(() -> {
            lifecycle.await(state, 2 * LONG_MILLIS);
            return lifecycle.hasReached(state);
        });
        new Thread(waits).start();
        return waits;
    }
}
