package io.clonetrace.report.compare;

import static io.clonetrace.report.Recordings.cloned;
import static io.clonetrace.report.Recordings.fleet;
import static io.clonetrace.report.Recordings.stack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.NativeEvents;
import io.clonetrace.report.RecordedFailure;
import io.clonetrace.report.model.Fleet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two recordings of this JVM, made here. */
class ComparisonTest {
    private static final long PTHREAD = 0x3d0f00;
    private static final long FORK = 0x01200000;
    private static final int MEGA = 1 << 20;

    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void endThreads() throws InterruptedException {
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void start(int count, String name) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::await, name + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void pool(int count) {
        start(count, "pool-1-thread-");
    }

    private void timers(int count) {
        start(count, "Timer-");
    }

    /** What became of one of them. */
    private static String change(List<CountChange> changes, String name) {
        CountChange change = changes.stream()
                .filter(one -> one.name().contains(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + changes));
        return change.change().label() + " "
                + change.old()
                        .map(count -> count.created() + "/" + count.alive())
                        .orElse("-") + " "
                + change.now()
                        .map(count -> count.created() + "/" + count.alive())
                        .orElse("-");
    }

    @Test
    void threadsAreComparedByCallSiteAndByName() throws IOException {
        Comparison comparison = Comparison.of(
                fleet(() -> {
                    pool(5);
                    start(2, "gone-");
                }),
                fleet(() -> {
                    pool(23);
                    timers(7);
                }));
        // All threads are started in one method, whose callers tell nothing: each call leaves them alive.
        assertEquals("grew 7/7 30/30", change(comparison.sites(), "ComparisonTest.start"));
        assertEquals("grew 5/5 23/23", change(comparison.groups(), "pool-*-thread-*"));
        assertEquals("appeared - 7/7", change(comparison.groups(), "Timer-*"));
        assertEquals("gone 2/2 -", change(comparison.groups(), "gone-*"));
        assertEquals(1, comparison.old().threads().jvms());
        assertTrue(comparison.now().threads().perMinute() > 0);
    }

    /** The library is unpacked under another name, and its function has moved. */
    @Test
    void nativeThreadsAreComparedByTheirLibrarysFunction() throws IOException {
        Comparison comparison = Comparison.of(fleet(() -> engine(3, "123456789", "0x1d")), fleet(() -> {
            engine(13, "987654321", "0x2f");
            NativeEvents.chain(2, "libother.so", "libother.so+0x1234", "", "");
            nativeThreads(600, 7, 2);
        }));
        assertEquals("grew 3/3 13/13", change(comparison.sites(), "libengine*.so!engine::Pool::grow"));
        assertEquals("appeared - 7/7", change(comparison.sites(), "libother.so"));
        assertEquals(2, comparison.sites().size(), comparison.sites()::toString);
    }

    private static void engine(int threads, String unpacked, String offset) {
        String library = "libengine" + unpacked + ".so";
        NativeEvents.chain(1, library, library + "!engine::Pool::grow+" + offset, "", "");
        nativeThreads(500, threads, 1);
    }

    private static void nativeThreads(int firstTid, int threads, long chainId) {
        for (int tid = firstTid; tid < firstTid + threads; tid++) {
            NativeEvents.made(tid, 77, "engine-" + tid, chainId, "");
            NativeEvents.seen(tid, "engine-" + tid);
        }
    }

    @Test
    void recordingIsTheSameAsItself() throws IOException {
        Fleet fleet = fleet(() -> {
            pool(13);
            cloned("java", "clone3", PTHREAD, MEGA, null);
            RecordedFailure.commit("java.lang.OutOfMemoryError", "pids.max", 1_000, 1_000, "pids.max");
        });
        Comparison comparison = Comparison.of(fleet, fleet);
        assertTrue(comparison.sites().stream().allMatch(one -> one.change() == Change.SAME));
        assertTrue(comparison.groups().stream().allMatch(one -> one.change() == Change.SAME));
        assertEquals(List.of(), comparison.system());
        assertEquals(List.of(), comparison.ways());
        assertEquals(
                List.of(FindingChange.Kind.SAME),
                comparison.findings().stream().map(FindingChange::kind).toList());
    }

    @Test
    void anotherSystemCallFlagsAndStackSizeAreChanges() throws IOException {
        Comparison comparison = Comparison.of(
                fleet(() -> {
                    cloned("java", "clone", PTHREAD, MEGA, null);
                    cloned("vm", "clone3", PTHREAD, 8 * MEGA, null);
                    cloned("process", "clone", FORK, -1, null);
                    cloned("agent", "clone", FORK, -1, null);
                }),
                fleet(() -> {
                    cloned("java", "clone3", PTHREAD, MEGA, null);
                    cloned("vm", "clone3", PTHREAD, 4 * MEGA, null);
                    cloned("process", "clone", FORK, -1, null);
                    cloned("process", "clone", FORK, -1, null);
                }));
        assertEquals(
                List.of("java clone3 appeared 0 1", "vm clone3 shrank 1 1", "java clone gone 1 0"),
                comparison.ways().stream()
                        .map(one -> one.way().owner() + " " + one.way().syscall() + " "
                                + one.change().label() + " " + one.oldCalls() + " " + one.nowCalls())
                        .toList());
    }

    @Test
    void waysAreNotComparedWithARecordingWithoutClones() throws IOException {
        Comparison comparison =
                Comparison.of(fleet(() -> pool(3)), fleet(() -> cloned("java", "clone3", PTHREAD, MEGA, null)));
        assertEquals(List.of(), comparison.ways());
    }

    @Test
    void stacksOfEachKindStandSideBySide() throws IOException {
        Comparison comparison =
                Comparison.of(fleet(() -> stack(7, "native", "periodic", 8 * MEGA, 100_000)), fleet(() -> {
                    stack(7, "native", "periodic", 8 * MEGA, 300_000);
                    stack(9, "vm", "periodic", MEGA, 50_000);
                }));
        assertEquals(
                List.of("vm -1 50000", "native 100000 300000"),
                comparison.stacks().stream()
                        .map(one -> one.kind() + " "
                                + one.old().map(total -> total.depths().max()).orElse(-1L) + " "
                                + one.now().map(total -> total.depths().max()).orElse(-1L))
                        .toList());
    }

    @Test
    void anotherSystemIsAChangeUnlessItWasNotRecorded() {
        Map<String, List<String>> old =
                Map.of("java", List.of("17.0.15"), "kernel", List.of("Linux 6.1"), "libc", List.of());
        Map<String, List<String>> now =
                Map.of("java", List.of("17.0.15", "25"), "kernel", List.of("Linux 6.1"), "libc", List.of("glibc 2.36"));
        assertEquals(
                List.of(new SystemChange("java", List.of("17.0.15"), List.of("17.0.15", "25"))),
                SystemChange.changes(old, now));
    }
}
