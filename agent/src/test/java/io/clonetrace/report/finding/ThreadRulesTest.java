package io.clonetrace.report.finding;

import static io.clonetrace.report.SyntheticEvent.ORIGIN;
import static io.clonetrace.report.SyntheticEvent.at;
import static io.clonetrace.report.finding.Found.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.JvmBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rules on numbers of threads, with times at will: each where it finds something, and where it keeps silent. */
class ThreadRulesTest {
    private static final long MILLI = 1_000_000;
    private static final long END = 10_000;
    private static final String START = "java.lang.Thread.start:809";
    private static final String ADD = "java.util.concurrent.ThreadPoolExecutor.addWorker:945";
    private static final String[] BY_HAND = {START, "com.acme.Dao.query:17", "com.acme.Main.main:5"};
    private static final String[] BY_POOL = {START, ADD, "com.acme.Web.submit:8", "com.acme.Main.main:5"};

    private final JvmBuilder builder = new JvmBuilder();
    private long ids = 100;

    private long start(long time, String name, String... frames) {
        return start(time, name, null, frames);
    }

    private long start(long time, String name, String loader, String[] frames) {
        long id = ++ids;
        builder.add(at(time, "clonetrace.ThreadStart")
                .with("childId", id)
                .with("childTid", id + 1_000)
                .with("childName", name)
                .with("stackSize", 1L << 20)
                .with("contextClassLoader", loader)
                .by(1, "main")
                .trace(frames));
        return id;
    }

    private void live(long time, long millis, String name, String... frames) {
        long id = start(time, name, frames);
        if (time + millis < END) {
            builder.add(SyntheticEvent.ended(time + millis, id, name));
        }
    }

    /** A thread that lived before the agent came. */
    private void before(long taskStarted, String name) {
        seen(++ids, name, taskStarted);
    }

    /** The last look at the live threads finds it. */
    private void seen(long id, String name, long taskStarted) {
        builder.add(at(END - 1, "clonetrace.ThreadStack")
                .with("threadId", id)
                .with("tid", id + 1_000)
                .with("name", name)
                .with("kind", "java")
                .with("moment", "periodic")
                .with("base", id << 20)
                .with("reserved", 1L << 20)
                .with("touched", 40L << 10)
                .with("taskStarted", taskStarted == 0 ? -1 : ORIGIN + taskStarted * MILLI));
    }

    private List<Finding> findings() {
        return Found.in(builder, END);
    }

    private Finding only(String rule) {
        return Found.only(rule, findings());
    }

    private void nothing() {
        assertEquals(List.of(), findings());
    }

    @Test
    void steadyGrowthToTheEndIsALeak() {
        for (int i = 0; i < 37; i++) {
            start(250 + 250 * i, "Thread-" + i, BY_HAND);
        }
        Finding found = only("thread-leak");
        assertEquals("Possible leak: com.acme.Dao.query:17 started 37 threads in 10 s; none ended.", found.summary());
        assertSays(found.evidence(), "grew by 3.8 a second", "Thread-*", "37");
        assertEquals(Severity.WARNING, found.severity());
        assertEquals(
                Optional.of(SyntheticEvent.frame("com.acme.Dao.query:17")),
                found.subject().site());
        assertEquals(List.of("Thread-*"), found.subject().names());
        assertEquals(37, found.subject().threads().size());
    }

    /** As a client of ZooKeeper does: two threads of its own, and two of the library below it. */
    @Test
    void threadsThatOneCallHasALibraryStartAreOneFinding() {
        for (int i = 0; i < 13; i++) {
            for (int place = 1; place <= 3; place++) {
                start(
                        500 + 700 * i,
                        "client-" + place,
                        START,
                        "org.apache.zookeeper.Client.start:" + place,
                        "com.acme.Dao.query:17");
            }
        }
        Finding found = only("thread-leak");
        assertEquals("Possible leak: com.acme.Dao.query:17 started 39 threads in 10 s; none ended.", found.summary());
        assertEquals(39, found.subject().threads().size());
    }

    /** Twenty a second that live for 0.6 s, and every seventh stays. */
    @Test
    void survivorsAmongThreadsThatComeAndGoAreALeak() {
        int survivors = 0;
        for (int i = 0; i < 190; i++) {
            boolean stays = i % 7 == 0;
            survivors += stays ? 1 : 0;
            live(50 * i, stays ? END : 500 + 37 * i % 300, "conn-" + i, BY_HAND);
        }
        assertEquals(28, survivors);
        assertEquals("thread-leak", only("thread-leak").rule());
    }

    @Test
    void threadsThatComeAndGoAreNone() {
        for (int i = 0; i < 190; i++) {
            live(50 * i, 500 + 37 * i % 300, "conn-" + i, BY_HAND);
        }
        nothing();
    }

    @Test
    void twoPoolsOfOneLineAreJudgedEachByItself() {
        for (int i = 0; i < 211; i++) {
            start(i, "pool-1-thread-" + i, BY_POOL);
            start(i, "pool-2-thread-" + i, BY_POOL);
        }
        nothing();
    }

    @Test
    void aFewExecutorsOfAStartThatStoppedAreNone() {
        for (int i = 0; i < 17; i++) {
            start(200 * i, "pool-" + i + "-thread-1", BY_POOL);
        }
        nothing();
    }

    @Test
    void sessionsNamedByIdsBeforeTheRecordingAreNoPool() {
        for (int i = 0; i < 131; i++) {
            before(-20_000 + 70 * i, "session-" + Integer.toHexString(0x7f3a9c1 + 0x10f3 * i) + "x9");
        }
        assertEquals(1, findings().size());
    }

    @Test
    void nineteenThreadsAreNoLeak() {
        for (int i = 0; i < 19; i++) {
            start(500 + 500 * i, "Thread-" + i, BY_HAND);
        }
        nothing();
    }

    @Test
    void leakThatBeginsOnTopOfAPoolIsFound() {
        for (int i = 0; i < 23; i++) {
            start(10, "pool-1-thread-" + i, BY_POOL);
        }
        for (int i = 0; i < 61; i++) {
            start(6_000 + 60 * i, "pool-1-thread-" + (23 + i), BY_POOL);
        }
        assertSays(only("thread-leak").advice(), "If it is one pool");
    }

    @Test
    void poolThatFillsSlowlyAndStaysIsNoLeak() {
        for (int i = 0; i < 67; i++) {
            start(100 * i, "pool-1-thread-" + i, BY_POOL);
        }
        nothing();
    }

    @Test
    void threadsByHandThatStoppedBecomingMoreAreALeak() {
        for (int i = 0; i < 67; i++) {
            start(100 * i, "Thread-" + i, BY_HAND);
        }
        assertSays(only("thread-leak").evidence(), "one after another", "3 s before the end");
    }

    @Test
    void threadsByHandAllAtOnceAreNoLeak() {
        for (int i = 0; i < 67; i++) {
            start(i, "worker-" + i, BY_HAND);
        }
        nothing();
    }

    @Test
    void oneOfTenThatHangsIsALeak() {
        for (int i = 0; i < 400; i++) {
            live(25 * i, i % 10 == 3 ? END : 5, "request-" + i, BY_HAND);
        }
        assertSays(only("thread-leak").summary(), "400 threads", "40 of them are alive");
    }

    @Test
    void steadyLevelIsNoLeak() {
        for (int i = 0; i < 200; i++) {
            live(50 * i, 2_000 + 37L * (i * 7 % 41), "connection-" + i, BY_HAND);
        }
        nothing();
    }

    @Test
    void levelThatIsReachedOnlyByAndByIsNoLeak() {
        for (int i = 0; i < 200; i++) {
            live(50 * i, 4_000 + 37L * (i * 7 % 41), "connection-" + i, BY_HAND);
        }
        nothing();
    }

    @Test
    void executorsThatAreNeverShutDownAreFound() {
        for (int i = 0; i < 31; i++) {
            start(300 * i, "pool-" + i + "-thread-1", BY_POOL);
            start(300 * i + 1, "pool-" + i + "-thread-2", BY_POOL);
        }
        Finding found = only("executor-leak");
        assertSays(found.summary(), "com.acme.Web.submit:8 uses 31 executors; none was shut down");
        assertSays(found.evidence(), "pool-*-thread-*", "62 live threads", "a second");
        assertEquals(31, found.numbers().get("instances"));
    }

    @Test
    void timersThatHaveNamesAreFoundByTheirClass() {
        for (int i = 0; i < 29; i++) {
            builder.add(at(100 * i, "clonetrace.ThreadStart")
                    .with("childId", ++ids)
                    .with("childTid", ids + 1_000)
                    .with("childName", "expiry")
                    .with("threadClass", "java.util.TimerThread")
                    .by(1, "main")
                    .trace(START, "java.util.Timer.<init>:188", "com.acme.Cache.expire:3"));
        }
        assertSays(only("executor-leak").summary(), "com.acme.Cache.expire:3 uses 29 timers");
    }

    @Test
    void executorsThatAreShutDownAreNone() {
        for (int i = 0; i < 31; i++) {
            live(300 * i, 700, "pool-" + i + "-thread-1", BY_POOL);
        }
        nothing();
    }

    @Test
    void poolsOfOneStartAreNone() {
        for (int i = 0; i < 31; i++) {
            start(10 * i, "pool-" + i + "-thread-1", BY_POOL);
        }
        nothing();
    }

    @Test
    void portInANameIsNoExecutor() {
        for (int i = 0; i < 200; i++) {
            start(30 * i, "http-nio-" + 8080 + "-exec-" + i, BY_POOL);
        }
        nothing();
    }

    @Test
    void sameNamesAgainWhileTheFirstLiveAreALeak() {
        for (int wave = 0; wave < 2; wave++) {
            for (int i = 0; i < 13; i++) {
                start(5_000 * wave + i, "consumer-" + i, BY_HAND);
            }
        }
        assertSays(only("thread-leak").evidence(), "2 bursts of 13");
    }

    @Test
    void sameNamesAgainAfterTheFirstEndedAreNone() {
        for (int wave = 0; wave < 2; wave++) {
            for (int i = 0; i < 13; i++) {
                live(5_000 * wave + i, 3_000, "consumer-" + i, BY_HAND);
            }
        }
        nothing();
    }

    @Test
    void secondPoolForAnotherCallerIsNone() {
        for (int wave = 0; wave < 2; wave++) {
            for (int i = 0; i < 17; i++) {
                start(
                        5_000 * wave + i,
                        "pool-" + (wave + 1) + "-thread-" + i,
                        START,
                        ADD,
                        "com.acme.Pools.submit:8",
                        wave == 0 ? "com.acme.Orders.start:5" : "com.acme.Reports.start:9");
            }
        }
        nothing();
    }

    @Test
    void poolThatTheSameCallsMadeAgainIsALeak() {
        for (int wave = 0; wave < 2; wave++) {
            for (int i = 0; i < 17; i++) {
                String name = "pool-" + (wave + 1) + "-thread-" + i;
                start(5_000 * wave + i, name, START, ADD, "com.acme.Web.deploy:8", "com.acme.Main.main:" + (5 + wave));
            }
        }
        assertSays(only("thread-leak").summary(), "com.acme.Web.deploy:8 started threads again");
    }

    @Test
    void executorsThatOnlyTheCollectorEndedAreFound() {
        for (int i = 0; i < 67; i++) {
            long collection = (i / 20 + 1) * 2_900L;
            live(140 * i, collection - 140 * i + i % 20, "pool-" + i + "-thread-1", BY_POOL);
        }
        Finding found = only("executor-leak");
        assertSays(found.evidence(), "The garbage collector ended 60 more");
    }

    @Test
    void hundredsFromOneSiteAreMany() {
        for (int i = 0; i < 300; i++) {
            start(i, "pool-1-thread-" + i, BY_POOL);
        }
        Finding found = only("many-threads");
        assertEquals(Severity.WARNING, found.severity());
        assertSays(found.summary(), "300 threads started at com.acme.Web.submit:8 are alive");
    }

    @Test
    void twoHundredNinetyNineAreNotMany() {
        for (int i = 0; i < 299; i++) {
            start(i, "pool-1-thread-" + i, BY_POOL);
        }
        nothing();
    }

    @Test
    void twoThousandAreAProblem() {
        for (int i = 0; i < 2_003; i++) {
            start(i, "pool-1-thread-" + i, BY_POOL);
        }
        assertEquals(Severity.PROBLEM, only("many-threads").severity());
    }

    @Test
    void threadsOfAnEarlierLoadAreFound() {
        for (int load = 0; load < 3; load++) {
            String loader = "com.acme.server.AppLoader @" + Integer.toHexString(0x5c8da962 + load);
            start(3_000 * load, "housekeeping", loader, BY_HAND);
            start(3_000 * load + 9, "pool-" + load + "-thread-1", loader, BY_POOL);
        }
        Finding found = only("redeploy-leak");
        assertEquals(4, found.subject().threads().size());
        assertSays(found.evidence(), "3 class loaders of one kind, com.acme.server.AppLoader", "housekeeping");
        assertFalse(found.subject().site().isEmpty());
    }

    @Test
    void loadersOfOneStartAreNoRedeploy() {
        for (int load = 0; load < 3; load++) {
            String loader = "com.acme.server.AppLoader @" + Integer.toHexString(0x5c8da962 + load);
            start(30 * load, "housekeeping", loader, BY_HAND);
            start(30 * load + 9, "pool-" + load + "-thread-1", loader, BY_POOL);
        }
        nothing();
    }

    @Test
    void oldLoadersThreadsThatEndedAreNoLeak() {
        for (int load = 0; load < 3; load++) {
            String loader = "com.acme.server.AppLoader @" + Integer.toHexString(0x5c8da962 + load);
            for (int i = 0; i < 5; i++) {
                long id = start(3_000 * load, "housekeeping-" + i, loader, BY_HAND);
                if (load < 2) {
                    builder.add(SyntheticEvent.ended(3_000 * load + 2_900, id, "housekeeping-" + i));
                }
            }
        }
        nothing();
    }

    @Test
    void threadPerRequestIsChurn() {
        for (int i = 0; i < 300; i++) {
            live(33 * i, 4, "Thread-" + i, BY_HAND);
        }
        Finding found = only("thread-churn");
        assertSays(found.summary(), "com.acme.Dao.query:17 started 300 threads");
        assertSays(found.evidence(), "30 a second", "Thread-*", "a stack of 1 MiB");
    }

    @Test
    void executorPerRequestIsChurn() {
        for (int i = 0; i < 500; i++) {
            live(20 * i, 4, "pool-" + i + "-thread-1", BY_POOL);
        }
        only("thread-churn");
    }

    @Test
    void executorNowAndThenIsNoChurn() {
        for (int i = 0; i < 100; i++) {
            live(100 * i, 4, "pool-" + i + "-thread-1", BY_POOL);
        }
        nothing();
    }

    @Test
    void batchThatIsJoinedIsNoChurn() {
        for (int i = 0; i < 500; i++) {
            live(i, 40, "batch-" + i, BY_HAND);
        }
        nothing();
    }

    @Test
    void shortConnectionsAreNoChurn() {
        for (int i = 0; i < 300; i++) {
            live(33 * i, 350, "connection-" + i, BY_HAND);
        }
        nothing();
    }

    @Test
    void elasticPoolIsNoChurn() {
        for (int i = 0; i < 300; i++) {
            live(33 * i, 150, "pool-1-thread-" + i, BY_POOL);
        }
        nothing();
    }

    @Test
    void limitThatIsReachedWithinTheHourIsFound() {
        for (int i = 0; i < 13; i++) {
            start(700 + 700 * i, "audit", BY_HAND);
        }
        limit("pids.max", 60, 2_000);
        limit("kernel.pid_max", 60, 4_000_000);
        Finding found = only("limit-near");
        assertEquals(Severity.PROBLEM, found.severity());
        assertSays(found.summary(), "pids.max is reached in 23 min", "com.acme.Dao.query:17");
        assertSays(found.evidence(), "60 of 2,000", "grew by 1.4 a second", "audit");
    }

    @Test
    void limitThatIsFarIsNone() {
        for (int i = 0; i < 13; i++) {
            start(700 + 700 * i, "audit", BY_HAND);
        }
        limit("pids.max", 60, 8_000);
        nothing();
    }

    @Test
    void poolThatFillsReachesNoLimit() {
        for (int i = 0; i < 13; i++) {
            start(700 + 700 * i, "pool-1-thread-" + i, BY_POOL);
        }
        limit("pids.max", 60, 2_000);
        nothing();
    }

    @Test
    void leakTellsWhichLimitItReaches() {
        for (int i = 0; i < 37; i++) {
            start(250 + 250 * i, "Thread-" + i, BY_HAND);
        }
        limit("pids.max", 60, 2_000);
        limit("RLIMIT_AS", 1L << 30, 3L << 30);
        Finding found = only("thread-leak");
        assertEquals(Severity.PROBLEM, found.severity());
        assertSays(found.evidence(), "At this rate pids.max, 2,000, is reached in 9 min");
    }

    private void limit(String name, long used, long max) {
        builder.add(at(END, "clonetrace.ThreadLimit")
                .with("limit", name)
                .with("used", used)
                .with("max", max)
                .with("location", "/limits/" + name));
    }

    @Test
    void unnamedThreadsFromBeforeTheAttachAreALeakIfTheyCameOneByOne() {
        for (int i = 0; i < 41; i++) {
            before(-60_000 + 100 * i, "Thread-" + i);
        }
        Finding found = only("thread-leak");
        assertSays(found.summary(), "41 threads named Thread-*", "before the recording");
        assertEquals(List.of("Thread-*"), found.subject().names());
        assertEquals(Optional.empty(), found.subject().site());
    }

    @Test
    void unnamedThreadsFromBeforeTheAttachThatCameTogetherAreNone() {
        for (int i = 0; i < 41; i++) {
            before(-60_000 + i, "Thread-" + i);
        }
        nothing();
    }

    @Test
    void fewThreadsWhoseStartIsNotKnownAreNoLeak() {
        for (int i = 0; i < 99; i++) {
            before(0, "Thread-" + i);
        }
        nothing();
    }

    @Test
    void hundredThreadsWithoutNamesOfTheirOwnAreMany() {
        for (int i = 0; i < 100; i++) {
            before(0, "Thread-" + i);
        }
        assertSays(only("many-threads").summary(), "100 threads named Thread-*");
    }

    @Test
    void numberedPoolFromBeforeTheAttachIsNone() {
        for (int i = 0; i < 199; i++) {
            before(-60_000 + 100 * i, "http-nio-8080-exec-" + i);
        }
        nothing();
    }

    @Test
    void executorsFromBeforeTheAttachAreFoundByTheirNames() {
        for (int i = 0; i < 31; i++) {
            before(0, "pool-" + i + "-thread-1");
        }
        assertSays(only("executor-leak").summary(), "31 executors that existed before the recording");
    }

    @Test
    void executorsFromBeforeTheAttachThatCameOneByOneAreFound() {
        for (int i = 0; i < 20; i++) {
            before(-60_000 + 300 * i, "pool-" + i + "-thread-1");
        }
        only("executor-leak");
    }

    @Test
    void fewExecutorsFromBeforeTheAttachAreNone() {
        for (int i = 0; i < 29; i++) {
            before(0, "pool-" + i + "-thread-1");
        }
        nothing();
    }

    @Test
    void manyFromBeforeTheAttachAreFoundByTheirNames() {
        for (int i = 0; i < 307; i++) {
            before(0, "worker-" + i);
        }
        assertSays(only("many-threads").summary(), "307 threads named worker-*");
    }

    @Test
    void whatWasSeenAndWhatLivedBeforeIsOneLeak() {
        for (int i = 0; i < 53; i++) {
            before(-6_000 + 100 * i, "Thread-" + i);
        }
        for (int i = 0; i < 37; i++) {
            seen(start(250 + 250 * i, "Thread-" + (53 + i), BY_HAND), "Thread-" + (53 + i), 0);
        }
        assertSays(only("thread-leak").evidence(), "53 more so named lived before the recording");
    }

    @Test
    void worstOfOneSeverityIsFirst() {
        for (int i = 0; i < 37; i++) {
            start(250 + 250 * i, "Thread-" + i, BY_HAND);
        }
        for (int i = 0; i < 311; i++) {
            start(i, "pool-1-thread-" + i, BY_POOL);
        }
        assertEquals(
                List.of("many-threads", "thread-leak"),
                findings().stream().map(Finding::rule).toList());
    }
}
