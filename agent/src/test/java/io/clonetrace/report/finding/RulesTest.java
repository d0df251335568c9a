package io.clonetrace.report.finding;

import static io.clonetrace.report.Recordings.cloned;
import static io.clonetrace.report.Recordings.status;
import static io.clonetrace.report.finding.Found.assertSays;
import static io.clonetrace.report.finding.Found.nothing;
import static io.clonetrace.report.finding.Found.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.RecordedFailure;
import io.clonetrace.report.RecordedLimit;
import io.clonetrace.report.RecordedPin;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.JvmBuilder;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Each rule, on a recording where it finds something, and on one that looks like it where it doesn't. */
class RulesTest {
    private static final long PTHREAD = 0x3d0f00;
    private static final long BARE = 0x10900;
    private static final long MEGA = 1 << 20;

    /** Starts threads that wait for the latch. */
    private static void start(int threads, CountDownLatch end, long pauseMillis, List<Thread> started)
            throws InterruptedException {
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            end.await();
                        } catch (InterruptedException unexpected) {
                            throw new IllegalStateException(unexpected);
                        }
                    },
                    "waits");
            thread.start();
            started.add(thread);
            // What is recorded here is time itself.
            Thread.sleep(pauseMillis);
        }
    }

    @Test
    void steadyGrowthOfLiveThreadsIsALeak() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        try {
            Finding found = only("thread-leak", () -> start(53, end, 47, started));
            assertEquals(Map.of("created", 53L, "alive", 53L, "reserved", -1L, "touched", -1L), found.numbers());
            assertEquals(Severity.WARNING, found.severity());
            assertSays(found.summary(), "finding.RulesTest.start:");
            assertSays(found.summary(), "started 53 threads", "none ended");
        } finally {
            end.countDown();
            // Another test's recording must not meet them.
            for (Thread thread : started) {
                thread.join();
            }
        }
    }

    /** Its times are made: on a loaded machine such threads may come one after another. */
    @Test
    void fullPoolIsNoLeak() {
        JvmBuilder jvm = new JvmBuilder();
        for (int i = 0; i < 53; i++) {
            jvm.add(SyntheticEvent.started(i, 100 + i, "waits", 1, "com.acme.Main.main:3"));
        }
        assertEquals(List.of(), Found.in(jvm, 453));
    }

    @Test
    void thousandsOfShortThreadsAreChurn() throws IOException {
        Finding found = only("thread-churn", () -> startAndJoin(1_009));
        assertEquals(1_009, found.numbers().get("threads"));
        assertSays(found.summary(), "finding.RulesTest.startAndJoin:");
        assertSays(found.summary(), "started 1,009 threads that lived for less than a second");
    }

    @Test
    void someShortThreadsAreNoChurn() {
        JvmBuilder jvm = new JvmBuilder();
        for (int i = 0; i < 211; i++) {
            jvm.add(SyntheticEvent.started(i, 100 + i, "brief", 1, "com.acme.Main.main:3"));
            jvm.add(SyntheticEvent.ended(i + 1, 100 + i, "brief"));
        }
        assertEquals(List.of(), Found.in(jvm, 300));
    }

    private static void startAndJoin(int threads) throws InterruptedException {
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {}, "brief");
            thread.start();
            thread.join();
        }
    }

    @Test
    void nearAndGrowingLimitIsFound() throws IOException {
        Finding found = only("limit-near", () -> {
            RecordedLimit.commit("pids.max", 810, 1_000, "/sys/fs/cgroup/pids.max");
            RecordedLimit.commit("kernel.threads-max", 500, 1_000, "/proc/sys/kernel/threads-max");
            Thread.sleep(50);
            RecordedLimit.commit("pids.max", 830, 1_000, "/sys/fs/cgroup/pids.max");
            RecordedLimit.commit("RLIMIT_NPROC", 900, -1, "/proc/self/limits");
        });
        assertEquals(Severity.PROBLEM, found.severity());
        assertSays(found.summary(), "pids.max", "83.0%");
        assertSays(found.evidence(), "830 of 1,000", "/sys/fs/cgroup/pids.max", "At the rate of this recording", " s.");
        assertTrue(found.numbers().get("secondsLeft") >= 0, found::toString);
    }

    @Test
    void reachedLimitIsFound() throws IOException {
        Finding found =
                only("limit-near", () -> RecordedLimit.commit("pids.max", 1_009, 1_009, "/sys/fs/cgroup/pids.max"));
        assertEquals("The limit pids.max is reached: all of it is in use.", found.summary());
        assertEquals("1,009 of 1,009, read from /sys/fs/cgroup/pids.max.", found.evidence());
        assertSays(found.advice(), "now Thread.start throws");
        Finding almost = only(
                "limit-near",
                () -> RecordedLimit.commit("kernel.pid_max", 4_194_303, 4_194_304, "/proc/sys/kernel/pid_max"));
        assertSays(almost.summary(), "is near: 99.9% of it");
    }

    @Test
    void byteLimitIsInTheUnitOfUlimit() throws IOException {
        Finding found =
                only("limit-near", () -> RecordedLimit.commit("RLIMIT_AS", 9_437_184, 10_485_760, "/proc/self/limits"));
        assertSays(found.evidence(), "9,216 KiB of 10,240 KiB");
        assertSays(found.advice(), "ulimit -v takes KiB");
        Finding failed = only(
                "failed-starts",
                () -> RecordedFailure.commit("OutOfMemoryError", "RLIMIT_AS", 9_437_184, 9_437_184, "limits"));
        assertSays(failed.evidence(), "9,216 KiB of 9,216 KiB");
    }

    @Test
    void farLimitIsNoFinding() throws IOException {
        nothing(() -> {
            RecordedLimit.commit("pids.max", 790, 1_000, "/sys/fs/cgroup/pids.max");
            RecordedLimit.commit("memory.max", 999, 1_000, "/sys/fs/cgroup/memory.max");
        });
    }

    @Test
    void failedStartsAreFound() throws IOException {
        Finding found = only("failed-starts", () -> {
            for (int i = 0; i < 3; i++) {
                RecordedFailure.commit(
                        "java.lang.OutOfMemoryError", "pids.max", 999 + i, 1_000, "/sys/fs/cgroup/pids.max");
            }
        });
        assertEquals(Map.of("count", 3L, "used", 1_001L, "max", 1_000L), found.numbers());
        assertSays(found.evidence(), "java.lang.OutOfMemoryError", "pids.max: 1,001 of 1,000");
    }

    @Test
    void failedClonesAreFound() throws IOException {
        Finding found = only("failed-starts", () -> {
            cloned("java", "clone3", PTHREAD, MEGA, "EAGAIN");
            cloned("java", "clone3", PTHREAD, MEGA, null);
        });
        assertSays(found.evidence(), "clone3", "EAGAIN");
    }

    @Test
    void threadsOutsideOfPthreadCreateAreFound() throws IOException {
        Finding found = only("outside-pthread", () -> {
            cloned("native", "clone", BARE, -1, null);
            cloned("java", "clone3", PTHREAD, MEGA, null);
        });
        assertSays(found.evidence(), "0x10900", "no CLONE_SETTLS");
    }

    @Test
    void processesAndTheDemosOwnThreadsAreNotOutside() throws IOException {
        nothing(() -> {
            cloned("demo", "clone", BARE, -1, null);
            cloned("agent", "clone", BARE, -1, null);
            cloned("process", "clone", 0x4100, -1, null);
            cloned(null, null, -1, -1, null);
        });
    }

    @Test
    void clone3RefusedWithEnosysIsANote() throws IOException {
        Finding found = only("clone3-refused", () -> {
            for (int i = 0; i < 5; i++) {
                cloned("java", "clone3", PTHREAD, MEGA, "ENOSYS");
                cloned("java", "clone", PTHREAD, -1, null);
            }
        });
        assertEquals(Severity.NOTE, found.severity());
        assertEquals(Map.of("refused", 5L, "cloneInstead", 5L), found.numbers());
    }

    @Test
    void clone3ForbiddenIsAWarning() throws IOException {
        Finding found = only("clone3-refused", () -> cloned("java", "clone3", PTHREAD, MEGA, "EPERM"));
        assertEquals(Severity.WARNING, found.severity());
        assertSays(found.advice(), "seccomp");
    }

    @Test
    void cloneOfAnOlderLibraryIsNoRefusal() throws IOException {
        nothing(() -> cloned("java", "clone", PTHREAD, -1, null));
    }

    @Test
    void fewUnmeasuredStacksAreNoFinding() throws Exception {
        nothing(() -> status("stacks", "stopped", "10 stacks could not be told", 7, 10));
        nothing(() -> status("stacks", "stopped", "50 stacks could not be told", 1_000, 50));
        Finding found = only("records-lost", () -> status("stacks", "stopped", "51 stacks could not", 1_000, 51));
        assertSays(found.evidence(), "1,000 measured, 51 lost", "51 stacks could not");
    }

    @Test
    void lostRecordsAreFound() throws IOException {
        Finding found = only("records-lost", () -> status("ebpf", "stopped", null, 100, 7));
        assertSays(found.evidence(), "ebpf: 100 clone calls seen, 7 lost");
        assertSays(
                only("records-lost", () -> status("ptrace", "lost", "the tracer ended", 5, -1))
                        .evidence(),
                "not known");
        assertSays(
                only("records-lost", () -> status("hook", "stopped", "1 failure", 5, 1))
                        .summary(),
                "The agent failed");
    }

    @Test
    void refusedSourceLostNothing() throws IOException {
        nothing(() -> {
            status("ptrace", "refused", "yama", 0, -1);
            status("strace", "stopped", null, 100, 0);
        });
    }

    @Test
    void pinningThatMakesMoreCarriersIsFound() throws IOException {
        Finding found = only("carriers-pinned", () -> {
            int processors = Runtime.getRuntime().availableProcessors();
            carriers(processors);
            new RecordedPin().commit();
            carriers(3);
        });
        assertEquals(3, found.numbers().get("carriersAfter"));
        assertEquals(1, found.numbers().get("pinned"));
    }

    @Test
    void pinningWithoutMoreCarriersIsNoFinding() throws IOException {
        nothing(() -> {
            carriers(1);
            new RecordedPin().commit();
        });
    }

    /** They are made in whatever thread comes to the JDK's scheduler first. */
    @Test
    void carriersHaveNoCallSite() throws IOException {
        Jvm jvm = Recordings.jvm(() -> carriers(7));
        assertEquals(List.of(), Creator.of(jvm));
        List<String> lines = Recordings.report(Recordings.fleet(() -> carriers(7)));
        assertTrue(
                lines.contains("the JDK created 7 more to run virtual threads: 7 carriers and 0 others"),
                lines::toString);
    }

    @Test
    void otherThreadsForVirtualThreadsHaveNoCallSite() throws IOException {
        ThreadGroup group = new ThreadGroup("CarrierThreads");
        Jvm jvm = Recordings.jvm(() -> {
            Thread thread = new Thread(group, () -> {}, "ForkJoinPool-1-delayScheduler");
            thread.start();
            thread.join();
        });
        assertEquals(List.of(), Creator.of(jvm));
        assertEquals(0, jvm.threads().stream().filter(ThreadRow::isCarrier).count());
    }

    private static void carriers(int count) throws InterruptedException {
        ThreadGroup group = new ThreadGroup("CarrierThreads");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(new Thread(group, () -> {}, "ForkJoinPool-1-worker-" + i));
        }
        for (Thread thread : threads) {
            thread.start();
            thread.join();
        }
    }

    @Test
    void everyRuleHasAValidNameAndDescription() {
        assertEquals(16, Rules.all().stream().map(Rule::name).distinct().count());
        for (Rule rule : Rules.all()) {
            assertTrue(rule.name().matches("[a-z0-9]+(-[a-z0-9]+)+"), rule.name());
            assertFalse(rule.description().isBlank());
        }
    }
}
