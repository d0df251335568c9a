package io.clonetrace.correlate;

import static io.clonetrace.correlate.Calls.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JoinTableTest {
    private static final int TID = 7;
    private static final long TLS = 0x7f12_3456_7000L;
    private static final long NOON = 1_700_000_000_000L;

    private final JoinTable joins = new JoinTable(2);

    private static CloneCall call(long millis) {
        return Calls.thread(Observed.MAIN, TID, TLS, millis);
    }

    private static WaitingCall waiting(CloneCall call) {
        return new WaitingCall(call, 0, null);
    }

    private void assertNoPair(JavaThread thread, CloneCall call) {
        joins.add(thread);
        assertNull(joins.take(call));
        joins.add(waiting(call));
        assertNull(joins.take(thread));
    }

    @Test
    void pairIsTakenOnce() {
        JavaThread thread = Threads.started("one", TID, TLS, NOON);
        joins.add(thread);
        assertSame(thread, joins.take(call(NOON)));
        assertNull(joins.take(call(NOON)));
        WaitingCall waiting = waiting(call(NOON));
        joins.add(waiting);
        assertSame(waiting, joins.take(thread));
        assertNull(joins.take(thread));
        assertEquals(List.of(), joins.takeCalls(all -> true));
    }

    @Test
    void differentTlsIsNoPair() {
        assertNoPair(Threads.started("one", TID, TLS + 64, NOON), call(NOON));
    }

    @Test
    void differentCallerIsNoPair() {
        assertNoPair(Threads.started("one", TaskKind.JAVA, 55, TID, TLS, NOON, NOON), call(NOON));
    }

    @Test
    void distantTimeIsNoPair() {
        assertNoPair(
                Threads.started("one", TaskKind.JAVA, Observed.MAIN, TID, TLS, NOON, NOON + 9), call(NOON - 1_501));
        assertNoPair(
                Threads.started("two", TaskKind.JAVA, Observed.MAIN, TID, TLS, NOON, NOON + 9), call(NOON + 1_510));
    }

    @Test
    void clockWithSecondsResolutionIsNearEnough() {
        JavaThread thread = Threads.started("one", TaskKind.JAVA, Observed.MAIN, TID, TLS, NOON + 999, NOON + 1_001);
        joins.add(thread);
        assertSame(thread, joins.take(call(NOON)));
    }

    @Test
    void unknownValuesMatchAnything() {
        JavaThread thread = Threads.started("one", TaskKind.JAVA, UNKNOWN, TID, UNKNOWN, NOON, NOON);
        joins.add(thread);
        assertSame(thread, joins.take(call(UNKNOWN)));
    }

    @Test
    void reusedTidJoinsTheNearestInTime() {
        JavaThread first = Threads.started("first", TID, TLS, NOON);
        JavaThread second = Threads.started("second", TID, TLS, NOON + 100);
        joins.add(first);
        joins.add(second);
        assertSame(second, joins.take(call(NOON + 90)));
        assertSame(first, joins.take(call(NOON + 10)));
    }

    @Test
    void withoutAClockTheOldestThreadIsTaken() {
        JavaThread first = Threads.started("first", TID, TLS, NOON);
        joins.add(first);
        joins.add(Threads.started("second", TID, TLS, NOON));
        assertSame(first, joins.take(call(UNKNOWN)));
    }

    @Test
    void threadThatLivedBeforeJoinsOnlyAnEarlierClone() {
        JavaThread lived = Threads.seen("lived", TID, TLS, NOON);
        joins.add(lived);
        assertNull(joins.take(call(NOON + 2_000)));
        assertSame(lived, joins.take(call(NOON - 3_600_000)));
    }

    @Test
    void excessThreadsAreCountedAndExcessCallsTakenOut() {
        for (String name : List.of("one", "two", "three")) {
            joins.add(Threads.started(name, TID, TLS, NOON));
        }
        assertEquals(1, joins.droppedThreads());
        assertEquals(3, joins.threadsWithoutCall(NOON, NOON));
        assertEquals(1, joins.threadsWithoutCall(NOON + 1, NOON + 2));
        WaitingCall oldest = waiting(call(NOON));
        joins.add(oldest);
        joins.add(waiting(call(NOON)));
        assertEquals(Optional.empty(), joins.takeExcess());
        joins.add(waiting(call(NOON)));
        assertEquals(Optional.of(oldest), joins.takeExcess());
        assertEquals(2, joins.takeCalls(all -> true).size());
    }
}
