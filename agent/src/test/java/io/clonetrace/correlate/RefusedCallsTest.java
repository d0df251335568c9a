package io.clonetrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.clone.TaskKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What refused calls are merged into, and which Thread.start they belong to. */
class RefusedCallsTest {
    private static final int TID = 101;
    private static final long THREAD = 0x3d0f00;
    private static final long NOON = 1_700_000_000_000L;
    private static final Refusal REACHED = new Refusal("pids.max", 61, 61, "/pids.max");

    private final Set<Integer> starting = new HashSet<>();
    private final List<DecidedClone> decided = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();
    private long passed;
    private final RefusedCalls calls = new RefusedCalls(
            (tid, moment) -> starting.contains(tid), () -> {}, decided::add, () -> System.nanoTime() + passed);

    @BeforeEach
    void find() {
        calls.findBy((error, known) -> {
            looked.add(error);
            return known == null ? Refusal.without(error) : known;
        });
    }

    private static CloneCall.Builder refused(CloneSyscall syscall, String error, long time) {
        return CloneCall.builder(syscall, TID)
                .failed(error)
                .flags(THREAD)
                .exitSignal(0)
                .stack(0x7000_0000 + time)
                .tls(0x6000_0000 + time)
                .kernelTime(time);
    }

    private void add(String error, long time) {
        add(refused(CloneSyscall.CLONE3, error, time).build());
    }

    private void add(CloneCall call) {
        calls.add(call, madeAt(call), null, starting.contains(call.parentTid()));
    }

    /** System.nanoTime was 0 at noon. */
    private static OptionalLong madeAt(CloneCall call) {
        if (call.kernelTime() != CloneCall.UNKNOWN) {
            return OptionalLong.of(call.kernelTime());
        }
        return call.observedAt() == CloneCall.UNKNOWN
                ? OptionalLong.empty()
                : OptionalLong.of(call.observedAt() - TimeUnit.MILLISECONDS.toNanos(NOON));
    }

    private static FailedStart start(String name, long began, long ended) {
        return start(name, TaskKind.JAVA, began, ended);
    }

    private static FailedStart start(String name, TaskKind kind, long began, long ended) {
        return new FailedStart(
                began, name, kind, new JavaThread.Creator(TID, 1, "main", NOON + began), began, ended, REACHED);
    }

    private List<String> rows() {
        calls.drainAll();
        return decided.stream()
                .map(row -> row.call().syscallName() + " " + row.call().error() + " x"
                        + row.call().attempts() + " "
                        + (row.failed() == null ? "-" : row.failed().childName()))
                .toList();
    }

    @Test
    void attemptsOfOneStartAreOneRowWithItsThread() {
        for (int i = 0; i < 4; i++) {
            add("EAGAIN", 11 + i);
        }
        calls.add(start("worker", 10, 20));
        assertEquals(List.of("clone3 EAGAIN x4 worker"), rows());
        assertEquals(TaskKind.JAVA, decided.get(0).kind());
        assertEquals(REACHED, decided.get(0).refusal());
        assertEquals(0x7000_0000 + 11, decided.get(0).call().stack());
    }

    /** In an emulated machine, under strace, it took a minute to read the limits. */
    @Test
    void callWaitsForItsStartHoweverLongThatTakesToFail() {
        add("EPERM", 1);
        starting.add(TID);
        add("EPERM", 11);
        passed = TimeUnit.MINUTES.toNanos(1);
        calls.resolve();
        assertEquals(List.of(), decided);
        starting.clear();
        calls.add(start("worker", 10, 20));
        calls.resolve();
        assertEquals(List.of("clone3 EPERM x1 -", "clone3 EPERM x1 worker"), rows());
    }

    @Test
    void startsInARowAreRowsOfTheirOwn() {
        for (int start = 0; start < 3; start++) {
            calls.add(start("worker-" + start, 10 * start, 10 * start + 8));
        }
        for (int start = 0; start < 3; start++) {
            for (int i = 0; i < 4; i++) {
                add("EAGAIN", 10 * start + i);
            }
        }
        assertEquals(
                List.of("clone3 EAGAIN x4 worker-0", "clone3 EAGAIN x4 worker-1", "clone3 EAGAIN x4 worker-2"), rows());
        assertEquals(List.of("EAGAIN", "EAGAIN", "EAGAIN"), looked, "the finding is passed through, not read");
    }

    /** strace -t prints whole seconds, strace -f no time at all: HotSpot tries four times. */
    @Test
    void startsAreToldApartByTheNumberOfAttemptsWhereTimesAreCoarse() {
        for (long observed : new long[] {TimeUnit.MILLISECONDS.toNanos(NOON), CloneCall.UNKNOWN}) {
            decided.clear();
            calls.add(start("a", 10, 20));
            calls.add(start("b", 30, 40));
            for (int i = 0; i < 8; i++) {
                add(refused(CloneSyscall.CLONE3, "EAGAIN", CloneCall.UNKNOWN)
                        .observedAt(observed)
                        .build());
            }
            assertEquals(List.of("clone3 EAGAIN x4 a", "clone3 EAGAIN x4 b"), rows());
            calls.drainAll();
        }
    }

    /** strace -ttt prints microseconds. */
    @Test
    void callBeforeTheStartIsNotItsOwn() {
        long began = 5_000;
        calls.add(start("worker", began, 9_000));
        for (long time : new long[] {began - 1_000, began + 1_000, 10_000}) {
            add(refused(CloneSyscall.CLONE3, "EPERM", CloneCall.UNKNOWN)
                    .observedAt(TimeUnit.MILLISECONDS.toNanos(NOON) + time)
                    .build());
        }
        assertEquals(List.of("clone3 EPERM x2 -", "clone3 EPERM x1 worker"), rows());
    }

    @Test
    void clone3ThatDoesNotExistIsARowOfItsOwnAndCloneAnother() {
        for (int i = 0; i < 4; i++) {
            add("ENOSYS", 11 + 2 * i);
            add(refused(CloneSyscall.CLONE, "EAGAIN", 12 + 2 * i).build());
        }
        calls.add(start("worker", 10, 20));
        assertEquals(List.of("clone3 ENOSYS x4 worker", "clone EAGAIN x4 worker"), rows());
    }

    @Test
    void enosysIsOneRowAcrossTheClonesThatSucceed() {
        for (int i = 0; i < 7; i++) {
            add("ENOSYS", i);
            calls.succeeded(TID);
        }
        assertEquals(List.of("clone3 ENOSYS x7 -"), rows());
    }

    @Test
    void successEndsARow() {
        add("EAGAIN", 1);
        add("EAGAIN", 2);
        calls.succeeded(TID);
        add("EAGAIN", 3);
        assertEquals(List.of("clone3 EAGAIN x2 -", "clone3 EAGAIN x1 -"), rows());
    }

    @Test
    void otherArgumentsAreAnotherRow() {
        add("EAGAIN", 1);
        add("EPERM", 2);
        add(refused(CloneSyscall.CLONE3, "EPERM", 3).flags(0x11).build());
        add(refused(CloneSyscall.CLONE3, "EPERM", 4).flags(0x11).stackSize(4096).build());
        assertEquals(
                List.of("clone3 EAGAIN x1 -", "clone3 EPERM x1 -", "clone3 EPERM x1 -", "clone3 EPERM x1 -"), rows());
    }

    private static NativeStack stack(String function) {
        NativeFrame frame = new NativeFrame("/opt/libv.so", null, function, 4);
        return new NativeStack(List.of(frame), NativeStack.End.OUTERMOST, null);
    }

    private static NativeOrigin origin(long routine, String caller) {
        NativeOrigin origin = new NativeOrigin(routine, 0x7ffd_0000);
        origin.complete("libv.so+0x" + Long.toHexString(routine), stack(caller), CloneCall.UNKNOWN);
        return origin;
    }

    private void addFrom(NativeOrigin origin, long time) {
        add(refused(CloneSyscall.CLONE3, "EAGAIN", time).origin(origin).build());
    }

    @Test
    void callsOfAnotherStartRoutineOrSiteAreAnotherRow() {
        for (int i = 0; i < 57; i++) {
            addFrom(origin(0x1000, "leak"), i);
        }
        for (int i = 57; i < 60; i++) {
            addFrom(origin(0x2000, "leak"), i);
        }
        for (int i = 60; i < 62; i++) {
            addFrom(origin(0x2000, "errno"), i);
        }
        addFrom(origin(0x1000, "leak"), 62);
        assertEquals(List.of("clone3 EAGAIN x58 -", "clone3 EAGAIN x3 -", "clone3 EAGAIN x2 -"), rows());
    }

    @Test
    void callsOfUnknownPlacesAreOneRowOnlyIfNothingMoreWillBeKnown() {
        add("EAGAIN", 1);
        addFrom(NativeOrigin.of(null, null), 2);
        addFrom(origin(0x1000, "leak"), 3);
        NativeOrigin withoutStack = new NativeOrigin(0x1000);
        withoutStack.fail("libv.so+0x1000", "too many at a time");
        addFrom(withoutStack, 4);
        assertFalse(calls.awaitsOrigins());
        addFrom(new NativeOrigin(0x1000, 0x7ffd_0000), 5);
        addFrom(new NativeOrigin(0x1000, 0x7ffd_0000), 6);
        assertTrue(calls.awaitsOrigins());
        assertEquals(
                List.of(
                        "clone3 EAGAIN x2 -",
                        "clone3 EAGAIN x1 -",
                        "clone3 EAGAIN x1 -",
                        "clone3 EAGAIN x1 -",
                        "clone3 EAGAIN x1 -"),
                rows());
        assertFalse(calls.awaitsOrigins());
    }

    @Test
    void framesThatCameLaterTellCallsApart() {
        NativeOrigin first = new NativeOrigin(0x1000, 0x7ffd_0000);
        NativeOrigin second = new NativeOrigin(0x1000, 0x7ffd_0000);
        NativeOrigin third = new NativeOrigin(0x1000, 0x7ffd_0000);
        addFrom(first, 1);
        addFrom(second, 2);
        addFrom(third, 3);
        first.complete("libv.so!run+0x0", stack("leak"), CloneCall.UNKNOWN);
        second.complete("libv.so!run+0x0", stack("errno"), CloneCall.UNKNOWN);
        third.complete("libv.so!run+0x0", stack("leak"), CloneCall.UNKNOWN);
        assertEquals(List.of("clone3 EAGAIN x2 -", "clone3 EAGAIN x1 -"), rows());
    }

    /** JFR starts its shutdown hook because the agent records. */
    @Test
    void refusedThreadOfOurRecordingIsTheAgents() {
        for (int i = 0; i < 4; i++) {
            add("EAGAIN", 11 + i);
        }
        calls.add(start("JFR Shutdown Hook", TaskKind.AGENT, 10, 20));
        assertEquals(List.of("clone3 EAGAIN x4 JFR Shutdown Hook"), rows());
        assertEquals(TaskKind.AGENT, decided.get(0).kind());
    }

    @Test
    void limitsAreReadOnArrivalUnlessTheCallerReadsThem() {
        add("EAGAIN", 1);
        add("EAGAIN", 2);
        assertEquals(List.of("EAGAIN"), looked, "once for both");
        starting.add(TID);
        add("EAGAIN", 3);
        starting.clear();
        calls.add(start("worker", 4, 9));
        add("EAGAIN", 5);
        assertEquals(List.of("EAGAIN"), looked);
    }

    @Test
    void callWaitsForItsStartAndForRepetitions() {
        add("EAGAIN", 1);
        calls.resolve();
        assertEquals(List.of(), decided);
        starting.add(TID);
        add("EAGAIN", 2);
        assertFalse(calls.flush());
        assertEquals(List.of(), decided);
        starting.clear();
        assertTrue(calls.flush());
        assertEquals(List.of("clone3 EAGAIN x2 -"), rows());
    }

    @Test
    void kindIsThatOfTheStartRoutine() {
        CloneCall call = refused(CloneSyscall.CLONE3, "EAGAIN", 1).build();
        add(call.from(NativeOrigin.of("libfoo.so!work+0x0", null)));
        add(refused(CloneSyscall.CLONE3, "EINVAL", 2)
                .origin(NativeOrigin.of("libjvm.so+0x1234", null))
                .build());
        add(refused(CloneSyscall.CLONE3, "EPERM", 3).build());
        add(refused(CloneSyscall.VFORK, "EAGAIN", 4).flags(CloneCall.UNKNOWN).build());
        add(refused(CloneSyscall.CLONE, "ENOMEM", 5).flags(0x1200000).build());
        rows();
        List<TaskKind> kinds = new ArrayList<>();
        decided.forEach(row -> kinds.add(row.kind()));
        assertEquals(TaskKind.NATIVE, kinds.get(0));
        assertEquals(TaskKind.VM, kinds.get(1));
        assertNull(kinds.get(2));
        assertEquals(TaskKind.PROCESS, kinds.get(3));
        assertEquals(TaskKind.PROCESS, kinds.get(4));
    }

    @Test
    void startWithoutRefusedCallsMakesNoRow() {
        calls.add(start("worker", 1, 2)); // mmap of the stack failed
        calls.resolve();
        assertEquals(List.of(), rows());
    }

    /** A program that tries for ever. */
    @Test
    void memoryIsBoundedAndNoAttemptIsLost() {
        int all = 100_003;
        for (int i = 0; i < all; i++) {
            add("EAGAIN", i);
            if (i % 7 == 0) {
                calls.add(start("t" + i, i, i));
            }
        }
        rows();
        assertEquals(
                all, decided.stream().mapToLong(row -> row.call().attempts()).sum());
    }
}
