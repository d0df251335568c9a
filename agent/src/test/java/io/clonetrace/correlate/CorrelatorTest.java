package io.clonetrace.correlate;

import static io.clonetrace.correlate.Calls.UNKNOWN;
import static io.clonetrace.correlate.Observed.MAIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.TaskKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorrelatorTest {
    private static final int TID = 501;
    private static final long TLS = 0x7f12_3456_7000L;
    private static final long NOON = 1_700_000_000_000L;

    private final Observed observed = new Observed();
    private final Correlator correlator = observed.correlator;

    @AfterEach
    void close() {
        observed.close();
    }

    private static CloneCall call(long millis) {
        return Calls.thread(MAIN, TID, TLS, millis);
    }

    /** The names of the children by the moments at which their clones were seen. */
    private Map<Long, String> namesByMoment() throws IOException {
        return observed.events().stream()
                .collect(Collectors.toMap(
                        event -> event.getInstant("observedAt").toEpochMilli(),
                        event -> String.valueOf(event.getString("childName"))));
    }

    private static void assertJoined(RecordedEvent event) {
        assertEquals("java", event.getString("kind"));
        assertEquals("worker", event.getString("childName"));
        assertEquals("worker".hashCode(), event.getLong("childId"));
        assertEquals(TID, event.getInt("childTid"));
        assertEquals("creator", event.getString("parentName"));
        assertEquals(1, event.getLong("parentId"));
        assertEquals(MAIN, event.getInt("parentTid"));
        assertEquals(TLS, event.getLong("tls"));
        assertEquals(0x3d0f00, event.getLong("flags"));
        assertEquals("strace", event.getString("source"));
        assertNull(event.getString("error"));
    }

    @Test
    void startRoutineTellsTheKindOfAThreadThatIsGone() throws IOException {
        observed.correlator.cloned(Calls.thread(MAIN, 11, 11, UNKNOWN).from(new NativeOrigin(Observed.HOTSPOT)));
        observed.correlator.cloned(Calls.thread(MAIN, 12, 12, UNKNOWN).from(new NativeOrigin(Observed.HOTSPOT + 8)));
        observed.correlator.cloned(Calls.thread(MAIN, 13, 13, UNKNOWN).from(new NativeOrigin()));
        observed.correlator.cloned(
                Calls.thread(MAIN, 14, 14, UNKNOWN).from(NativeOrigin.of("libfoo.so!work+0x0", null)));
        observed.correlator.cloned(
                Calls.thread(MAIN, 15, 15, UNKNOWN).from(NativeOrigin.of("libjvm.so!thread_native_entry+0x0", null)));
        observed.correlator.flush();
        observed.log.commitAll();
        assertEquals(
                Arrays.asList("native", "native", "vm", "vm", null),
                observed.events().stream()
                        .map(event -> event.getString("kind"))
                        .sorted(Comparator.nullsLast(Comparator.naturalOrder()))
                        .toList());
        assertEquals(2, observed.log.byKind().get("native"));
        assertEquals(1, observed.log.byKind().get("unknown"));
    }

    @Test
    void clonesWithoutTheirFramesAreCountedByTheReason() {
        for (int i = 0; i < 7; i++) {
            NativeOrigin origin = new NativeOrigin().withoutStack("no room");
            correlator.cloned(Calls.thread(MAIN, 20 + i, 20, NOON).from(origin));
            origin.complete("libfoo.so!work+0x0", null, UNKNOWN);
        }
        NativeOrigin hotSpots = new NativeOrigin();
        hotSpots.fail("libjvm.so!thread_native_entry+0x0", "no room");
        correlator.cloned(Calls.thread(MAIN, 30, 30, NOON).from(hotSpots));
        correlator.cloned(Calls.thread(MAIN, 31, 31, NOON).from(NativeOrigin.of("libfoo.so!work+0x0", null)));
        NativeOrigin other = new NativeOrigin();
        other.fail(null, "the ring was full");
        correlator.cloned(Calls.thread(MAIN, 32, 32, NOON).from(other));
        correlator.drainAll();
        observed.log.commitAll();
        assertEquals(Map.of("no room", 7L, "the ring was full", 1L), observed.log.withoutStack(false));
        assertEquals(Map.of("no room", 8L, "the ring was full", 1L), observed.log.withoutStack(true));
        assertEquals(8, observed.log.byKind().get("native"));
    }

    @Test
    void cloneThatArrivesBeforeItsStartIsJoined() throws IOException {
        observed.starting.add(MAIN);
        correlator.cloned(call(NOON));
        correlator.flush();
        assertEquals(List.of(), observed.events());
        correlator.offer(Threads.started("worker", TID, TLS, NOON));
        observed.starting.remove(MAIN);
        correlator.resolve();
        correlator.drainAll();
        assertJoined(observed.event());
    }

    @Test
    void startThatArrivesBeforeItsCloneIsJoined() throws IOException {
        correlator.offer(Threads.started("worker", TID, TLS, NOON));
        correlator.flush();
        correlator.cloned(call(NOON));
        correlator.drainAll();
        assertJoined(observed.event());
        assertEquals(0, correlator.missing(0, Long.MAX_VALUE));
    }

    @Test
    void startThatEndsDuringTheInFlightCheckIsJoined() throws IOException {
        correlator.cloned(call(NOON));
        observed.asked = () -> {
            observed.asked = () -> {};
            correlator.offer(Threads.started("worker", TID, TLS, NOON));
        };
        correlator.flush();
        assertJoined(observed.event());
    }

    @Test
    void reusedTidAndTlsJoinEachThreadWithItsOwnClone() throws IOException {
        observed.starting.add(MAIN);
        for (int i = 0; i < 5; i++) {
            if (i % 2 == 0) {
                correlator.offer(Threads.started("worker " + i, TID, TLS, NOON + i));
            }
            correlator.cloned(call(NOON + i));
            if (i % 2 == 1) {
                correlator.offer(Threads.started("worker " + i, TID, TLS, NOON + i));
            }
            correlator.exited(TID);
            correlator.resolve();
        }
        correlator.drainAll();
        Map<Long, String> names = namesByMoment();
        for (int i = 0; i < 5; i++) {
            assertEquals("worker " + i, names.get(NOON + i));
        }
    }

    @Test
    void lostCloneTakesNoOtherThreadsName() throws IOException {
        correlator.offer(Threads.started("lost", TID, TLS, NOON));
        correlator.offer(Threads.started("worker", TID, TLS, NOON + 100));
        correlator.cloned(call(NOON + 100));
        correlator.drainAll();
        assertJoined(observed.event());
        assertEquals(1, correlator.missing(NOON, NOON));
        assertEquals(0, correlator.missing(NOON + 1, Long.MAX_VALUE));
    }

    @Test
    void lostStartTakesNoOtherThreadsClone() throws IOException {
        observed.starting.add(MAIN);
        correlator.cloned(call(NOON));
        correlator.cloned(call(NOON + 100));
        correlator.offer(Threads.started("worker", TID, TLS, NOON + 100));
        correlator.drainAll();
        assertEquals(Map.of(NOON, "null", NOON + 100, "worker"), namesByMoment());
    }

    @Test
    void threadNotStartedByJavaGetsItsKindFromTheStartRoutine() throws IOException {
        observed.hotSpots.putAll(Map.of(11, true, 12, false));
        observed.names.putAll(Map.of(11, "GC Thread#1", 12, "libuv-worker", 13, "another's by now"));
        for (int tid = 11; tid <= 13; tid++) {
            correlator.cloned(Calls.thread(MAIN, tid, TLS, NOON + tid));
        }
        correlator.flush();
        Map<Integer, String> kinds = observed.events().stream()
                .collect(Collectors.toMap(
                        event -> event.getInt("childTid"),
                        event -> event.getString("kind") + " " + event.getString("childName")));
        assertEquals(Map.of(11, "vm GC Thread#1", 12, "native libuv-worker", 13, "null null"), kinds);
        assertEquals(TaskKind.VM, observed.tasks.get(11).kind());
    }

    @Test
    void newThreadIsDecidedOnlyAfterItHadTimeToNameItself() throws IOException {
        observed.hotSpots.put(TID, true);
        correlator.cloned(call(NOON));
        correlator.resolve();
        assertEquals(List.of(), observed.events());
    }

    @Test
    void threadInFlightAtTheEndIsNotTakenForTheVms() throws IOException {
        observed.starting.add(MAIN);
        observed.hotSpots.put(TID, true);
        correlator.cloned(call(NOON));
        correlator.drainAll();
        assertNull(observed.event().getString("kind"));
        correlator.drainAll();
        observed.event();
    }

    @Test
    void processIsDecidedAtOnceAndItsChildrenAreForeign() throws IOException {
        correlator.cloned(Calls.process(MAIN, 900));
        RecordedEvent event = observed.event();
        assertEquals("process", event.getString("kind"));
        assertEquals(UNKNOWN, event.getLong("childId"));
        assertEquals(UNKNOWN, event.getLong("tls"));
        assertEquals(17, event.getInt("exitSignal"));
        correlator.cloned(Calls.process(900, 901));
        correlator.drainAll();
        assertEquals(1, correlator.foreignCalls());
    }

    @Test
    void tasksMadeByAgentThreadsAreTheAgents() throws IOException {
        correlator.cloned(Calls.thread(MAIN, 21, TLS, NOON));
        correlator.offer(Threads.started("clonetrace", TaskKind.AGENT, MAIN, 21, TLS, NOON, NOON));
        correlator.resolve();
        observed.hotSpots.putAll(Map.of(22, true, 23, false, 25, true));
        correlator.cloned(Calls.thread(21, 22, TLS, NOON + 1));
        correlator.cloned(Calls.thread(21, 23, TLS, NOON + 2));
        correlator.cloned(Calls.process(21, 24));
        correlator.flush();
        correlator.cloned(Calls.thread(22, 25, TLS, NOON + 3));
        correlator.offer(Threads.started("worker", TaskKind.JAVA, 22, 25, TLS, NOON + 3, NOON + 3));
        correlator.flush();
        List<RecordedEvent> events = observed.events();
        assertEquals(5, events.size());
        assertTrue(events.stream().allMatch(event -> event.getString("kind").equals("agent")), events::toString);
        correlator.exited(21);
        observed.alive.add(21);
        correlator.cloned(Calls.process(21, 26));
        assertEquals("process", observed.events().get(5).getString("kind"), "the tid is another's now");
    }

    @Test
    void clonesOfAnotherProcessAreForeign() throws IOException {
        correlator.cloned(Calls.thread(7_000, 7_001, TLS, NOON));
        correlator.drainAll();
        assertEquals(List.of(), observed.events());
        assertEquals(1, correlator.foreignCalls());
        assertEquals(0, correlator.calls());
    }

    /** A tracer shows a call when the caller stops, and short-lived threads stop in any order. */
    @Test
    void callsOfThreadsWhoseCreationIsToldLaterAreTakenInInOrder() throws IOException {
        List<Integer> later = new ArrayList<>();
        correlator.onRecognized(call -> later.add(call.childTid()));
        int creators = 101;
        for (int i = 0; i < creators; i++) {
            int thread = 1_000 + 10 * i;
            assertFalse(correlator.cloned(Calls.thread(thread + 1, thread + 2, thread, NOON)));
            assertFalse(correlator.cloned(Calls.process(thread + 1, thread + 3)));
            correlator.exited(thread + 2);
            assertFalse(correlator.cloned(Calls.thread(thread, thread + 1, thread, NOON)));
            correlator.exited(thread + 1);
        }
        correlator.flush();
        assertEquals(0, correlator.calls());
        for (int i = 0; i < creators; i++) {
            int thread = 1_000 + 10 * i;
            assertTrue(correlator.cloned(Calls.thread(MAIN, thread, thread, NOON)));
            assertEquals(List.of(thread + 1, thread + 2, thread + 3), later.subList(3 * i, later.size()));
            // Their ends were told: their tids may be others' now.
            assertFalse(observed.tasks.has(thread + 1));
            assertFalse(observed.tasks.has(thread + 2));
            correlator.exited(thread);
        }
        correlator.drainAll();
        assertEquals(4 * creators, correlator.calls());
        assertEquals(4 * creators, observed.events().size());
        assertEquals(0, correlator.foreignCalls());
    }

    @Test
    void longLineOfCallersToldFromItsEndIsTakenIn() {
        int length = 10_007;
        for (int tid = 1_000 + length; tid > 1_000; tid--) {
            correlator.cloned(Calls.thread(tid - 1, tid, tid, NOON));
        }
        correlator.cloned(Calls.thread(MAIN, 1_000, 1_000, NOON));
        assertEquals(length + 1, correlator.calls());
    }

    @Test
    void callsOfAnUnknownTaskThatEndsOrIsAnothersAreForeign() {
        correlator.cloned(Calls.thread(7_000, 7_001, TLS, NOON));
        correlator.cloned(Calls.thread(7_000, 7_002, TLS, NOON));
        correlator.exited(7_000);
        assertEquals(2, correlator.foreignCalls());
        correlator.cloned(Calls.thread(MAIN, 7_000, TLS, NOON));
        correlator.cloned(Calls.thread(7_100, 7_101, TLS, NOON));
        // A process has tasks of its own.
        correlator.cloned(Calls.process(MAIN, 7_100));
        correlator.drainAll();
        assertEquals(2, correlator.calls());
        assertEquals(3, correlator.foreignCalls());
    }

    @Test
    void callsOfAnUnknownTaskAreHeldForAMomentOnly() throws InterruptedException {
        correlator.cloned(Calls.thread(7_000, 7_001, TLS, NOON));
        correlator.resolve();
        assertEquals(0, correlator.foreignCalls());
        TimeUnit.NANOSECONDS.sleep(EarlyCalls.LONGEST_NANOS);
        correlator.resolve();
        assertEquals(1, correlator.foreignCalls());
        correlator.cloned(Calls.thread(MAIN, 7_000, TLS, NOON));
        assertEquals(1, correlator.calls());
    }

    @Test
    void refusedCallIsRecordedWithItsError() throws IOException {
        correlator.cloned(Calls.failed(MAIN, "EAGAIN"));
        correlator.drainAll();
        RecordedEvent event = observed.event();
        assertEquals("EAGAIN", event.getString("error"));
        assertEquals(UNKNOWN, event.getInt("childTid"));
        assertNull(event.getString("kind"));
        assertEquals(1, correlator.refusedCalls());
    }

    private static FailedStart failedStart(long began, long ended) {
        JavaThread.Creator main = new JavaThread.Creator(MAIN, 1, "main", NOON);
        return new FailedStart(7, "worker", TaskKind.JAVA, main, began, ended, null);
    }

    /** strace -ttt: a library's call a moment before the start is not the start's. */
    @Test
    void refusedCallIsJoinedWithItsStartByTheRealtimeClock() throws IOException {
        long moment = TimeUnit.MILLISECONDS.toNanos(1);
        long nanoTime = System.nanoTime();
        long realtime = RealtimeClock.now();
        correlator.offer(failedStart(nanoTime - moment, nanoTime + 2 * moment));
        correlator.cloned(Calls.failed(MAIN, "EPERM", realtime - 2 * moment));
        correlator.cloned(Calls.failed(MAIN, "EPERM", realtime + moment));
        correlator.drainAll();
        assertEquals(
                Arrays.asList(null, "worker"),
                observed.events().stream()
                        .map(event -> event.getString("childName"))
                        .toList());
    }

    @Test
    void refusedCallWhoseStartFailsDuringTheInFlightCheckIsJoined() throws IOException {
        long now = System.nanoTime();
        observed.starting.add(MAIN);
        correlator.cloned(Calls.failed(MAIN, "EPERM"));
        observed.asked = () -> {
            observed.asked = () -> {};
            observed.starting.clear();
            correlator.offer(failedStart(now, System.nanoTime()));
        };
        correlator.flush();
        assertEquals("worker", observed.event().getString("childName"));
    }

    @Test
    void threadThatLivedBeforeIsJoinedWithAnEarlierClone() throws IOException {
        correlator.livedBefore(List.of(Threads.seen("worker", TID, TLS, NOON)));
        correlator.cloned(Calls.thread(MAIN, TID, TLS, NOON - 5_000));
        correlator.flush();
        assertEquals("worker", observed.event().getString("childName"));
        assertEquals(0, correlator.missing(0, Long.MAX_VALUE));
    }

    @Test
    void laterCloneWithTheSameTidIsNotJoinedWithAThreadThatLivedBefore() throws IOException {
        observed.hotSpots.put(TID, true);
        correlator.livedBefore(List.of(Threads.seen("lived", TID, TLS, NOON)));
        correlator.cloned(call(NOON + 60_000));
        correlator.flush();
        assertEquals("vm", observed.event().getString("kind"));
        assertNull(observed.event().getString("childName"));
    }

    @Test
    void threadThatWasStartedAndListedIsOneThread() throws IOException {
        JavaThread started = Threads.started("worker", TID, TLS, NOON);
        correlator.offer(started);
        correlator.livedBefore(
                List.of(Threads.seen("worker", TID, TLS, NOON + 1), Threads.seen("other", 502, TLS, NOON + 1)));
        correlator.offer(Threads.started("other", 502, TLS, NOON));
        correlator.cloned(call(NOON));
        correlator.cloned(Calls.thread(MAIN, TID, TLS, NOON + 1));
        correlator.cloned(Calls.thread(MAIN, 502, TLS, NOON + 2));
        correlator.drainAll();
        assertEquals(Map.of(NOON, "worker", NOON + 1, "null", NOON + 2, "other"), namesByMoment());
        assertEquals(0, correlator.missing(0, Long.MAX_VALUE));
    }

    @Test
    void taskThatEndedBeforeItsStartArrivedIsNotAlive() {
        observed.starting.add(MAIN);
        correlator.cloned(call(NOON));
        correlator.exited(TID);
        correlator.offer(Threads.started("worker", TID, TLS, NOON));
        correlator.resolve();
        assertNull(observed.tasks.get(TID));
    }
}
