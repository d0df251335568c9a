package io.clonetrace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.Application;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Samples of a process whose first thread has tid 100, and events about the others. */
class LiveModelTest {
    private static final long SECOND = 1_000_000_000;
    private static final long BOOTED = SyntheticEvent.ORIGIN - 1_000 * SECOND;
    private static final int MAIN = 100;

    private final Creations creations = Creations.byAgent(Application.DEFAULT);
    private final LiveModel model = new LiveModel(creations, SyntheticEvent.ORIGIN);

    /**
     * A sample so many seconds after the beginning, of the first thread and others that were started at those seconds.
     */
    private LiveSnapshot sample(double seconds, Started... tasks) {
        List<TaskStat> all = new ArrayList<>(List.of(new TaskStat(MAIN, "main", 0, 500)));
        Arrays.stream(tasks)
                .map(task ->
                        new TaskStat(task.tid, "kernel-name", task.cpuTicks, Math.round((1_000 + task.seconds) * 100)))
                .forEach(all::add);
        return model.take(new LiveSample(
                SyntheticEvent.ORIGIN + Math.round(seconds * SECOND),
                BOOTED,
                0,
                500,
                all,
                Map.of(),
                Map.of(),
                List.of()));
    }

    private record Started(int tid, double seconds, long cpuTicks) {
        Started(int tid, double seconds) {
            this(tid, seconds, 0);
        }
    }

    private void start(double seconds, int tid, String site) {
        creations.add(SyntheticEvent.at(Math.round(seconds * 1_000), "clonetrace.ThreadStart")
                .with("childTid", tid)
                .with("childId", 7)
                .with("childName", "worker-" + tid)
                .with("contextClassLoader", "'app'")
                .trace(site, "java.lang.Thread.run:1"));
    }

    private static LiveRow row(LiveSnapshot snapshot, Dimension by, String value) {
        return snapshot.rows(by).stream()
                .filter(row -> row.value().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row " + value + " in " + snapshot.rows(by)));
    }

    @Test
    void threadGetsTheCreationWithItsTid() {
        sample(0);
        start(1, 201, "com.acme.Dao.query:17");
        LiveSnapshot snapshot = sample(2, new Started(201, 1));
        LiveRow row = row(snapshot, Dimension.SITE, "com.acme.Dao.query:17");
        assertEquals(1, row.created());
        assertEquals(1, row.alive());
        assertEquals(1, row.growth());
        assertEquals(
                "worker-201",
                snapshot.threads(Dimension.SITE, row.value()).get(0).name());
        assertEquals(1, row(snapshot, Dimension.GROUP, "worker-*").alive());
        assertEquals(1, row(snapshot, Dimension.LOADER, "'app'").alive());
    }

    @Test
    void runningThreadsHaveNoCreator() {
        LiveSnapshot snapshot = sample(0);
        LiveRow row = row(snapshot, Dimension.SITE, Provenance.EARLIER);
        assertEquals(1, row.alive());
        assertEquals(0, row.created());
        assertEquals(0, row.growth());
        assertNull(snapshot.threads(Dimension.SITE, Provenance.EARLIER).get(0).creation());
    }

    @Test
    void reusedTidIsNotJoinedWithTheEarlierCreation() {
        sample(0);
        start(1, 201, "com.acme.Old.start:1");
        sample(2, new Started(201, 1));
        LiveSnapshot unknown = sample(4, new Started(201, 3));
        assertEquals(1, unknown.pending(), "its event has not come");
        start(3, 201, "com.acme.New.start:1");
        LiveSnapshot known = sample(5, new Started(201, 3));
        assertEquals(0, row(known, Dimension.SITE, "com.acme.Old.start:1").alive());
        assertEquals(1, row(known, Dimension.SITE, "com.acme.New.start:1").alive());
    }

    private void nativeClone(double seconds, int tid) {
        creations.add(SyntheticEvent.at(Math.round(seconds * 1_000), "clonetrace.Clone")
                .with("childTid", tid)
                .with("kind", "native")
                .with("startRoutine", "libblas.so+0x374810")
                .with("nativeStackId", 3L)
                .with("flagNames", "CLONE_VM")
                .with("source", "ebpf"));
    }

    /** The agent looks for the Java frames of a chain for a second before it commits the chain's event. */
    @Test
    void nativeThreadGetsTheChainThatComesAfterItsClone() {
        sample(0);
        nativeClone(1, 201);
        nativeClone(1, 202);
        LiveSnapshot waiting = sample(2, new Started(201, 1), new Started(202, 1));
        assertEquals(2, waiting.pending());
        assertEquals(0, waiting.total().created());
        creations.add(SyntheticEvent.at(2_100, "clonetrace.NativeStack")
                .with("id", 3L)
                .with("library", "libblas.so")
                .with("frames", "libc.so.6!pthread_create+0x56d\nlibblas.so!blas_thread_init+0x131"));
        nativeClone(3, 203);
        LiveSnapshot known = sample(4, new Started(201, 1), new Started(202, 1), new Started(203, 3));
        LiveRow row = row(known, Dimension.SITE, "libblas.so!blas_thread_init");
        assertEquals(3, row.created());
        assertEquals(3, row.alive());
        LiveThread thread = known.threads(Dimension.LIBRARY, "libblas.so").get(0);
        assertEquals(2, thread.creation().trace().of(frame -> true).size());
    }

    @Test
    void nativeThreadWhoseChainNeverComesHasItsStartRoutine() {
        sample(0);
        nativeClone(1, 201);
        assertEquals(1, sample(5, new Started(201, 1)).pending());
        LiveSnapshot snapshot = sample(7, new Started(201, 1));
        LiveRow row = row(snapshot, Dimension.SITE, "libblas.so+0x374810");
        assertEquals(1, row.created());
        assertEquals(1, row.alive());
        assertEquals(1, row(snapshot, Dimension.LIBRARY, "libblas.so").alive());
    }

    @Test
    void creationThatIsNeverSeenIsShownAsUnknown() {
        sample(0);
        assertEquals(1, sample(2, new Started(201, 1)).pending());
        LiveSnapshot snapshot = sample(7, new Started(201, 1));
        assertEquals(0, snapshot.pending());
        assertEquals(1, row(snapshot, Dimension.SITE, Provenance.UNKNOWN).growth());
    }

    @Test
    void ratesAreOfTheLatestSeconds() {
        sample(0);
        for (int i = 0; i < 20; i++) {
            start(1, 300 + i, "com.acme.Burst.start:1");
        }
        LiveSnapshot snapshot = sample(10);
        LiveRow row = row(snapshot, Dimension.SITE, "com.acme.Burst.start:1");
        assertEquals(2, row.perSecond(), 1e-9);
        assertEquals(2, row.endedPerSecond(), 1e-9, "none is alive");
        sample(11);
        LiveRow later = row(sample(21), Dimension.SITE, "com.acme.Burst.start:1");
        assertEquals(20, later.created());
        assertEquals(0, later.perSecond(), 1e-9);
    }

    @Test
    void endedThreadsLowerTheGrowth() {
        sample(0, new Started(201, -5), new Started(202, -5));
        LiveSnapshot snapshot = sample(2);
        assertEquals(-2, row(snapshot, Dimension.SITE, Provenance.EARLIER).growth());
        assertEquals(-2, snapshot.total().growth());
    }

    @Test
    void processorTimeIsOfTheInterval() {
        sample(0, new Started(201, -5, 100));
        LiveSnapshot snapshot = sample(2, new Started(201, -5, 150));
        LiveThread thread = snapshot.threads().stream()
                .filter(one -> one.tid() == 201)
                .findFirst()
                .orElseThrow();
        assertEquals(0.25, thread.cpu(), 1e-9, "half a second of two");
    }

    @Test
    void dumpMovesRunningThreadsToAnotherRowWithoutStartsOrEnds() {
        sample(0);
        model.known(MAIN, "main", "java", null, null);
        LiveRow row = row(sample(2), Dimension.KIND, "java");
        assertEquals(1, row.alive());
        assertEquals(0, row.growth());
        assertEquals(0, row.endedPerSecond(), 1e-9);
    }

    @Test
    void agentsThreadsAreInTheTableByKindOnly() {
        sample(0);
        creations.add(SyntheticEvent.at(1_000, "clonetrace.Clone")
                .with("kind", "agent")
                .with("childTid", 201)
                .with("childName", "clonetrace")
                .with("source", "ebpf"));
        LiveSnapshot snapshot = sample(2, new Started(201, 1));
        assertEquals(1, row(snapshot, Dimension.KIND, "agent").alive());
        assertTrue(snapshot.rows(Dimension.GROUP).stream()
                .noneMatch(row -> row.value().equals("clonetrace")));
    }

    @Test
    void nativeThreadIsShownByItsLibraryAndFunction() {
        sample(0);
        creations.add(SyntheticEvent.at(1_000, "clonetrace.NativeStack")
                .with("id", 3)
                .with("library", "libopenblas.so.0")
                .with("frames", "libc.so.6!clone3+0x2d\nlibopenblas.so.0!blas_thread_init+0x1a\n"));
        creations.add(SyntheticEvent.at(1_000, "clonetrace.Clone")
                .with("kind", "native")
                .with("childTid", 201)
                .with("nativeStackId", 3)
                .with("childName", "java")
                .with("syscall", "clone3")
                .with("flagNames", "CLONE_VM|CLONE_FS")
                .with("source", "ebpf"));
        LiveSnapshot snapshot = sample(2, new Started(201, 1));
        assertEquals(1, row(snapshot, Dimension.LIBRARY, "libopenblas.so.0").created());
        LiveRow row = row(snapshot, Dimension.SITE, "libopenblas.so.0!blas_thread_init");
        Creation creation = snapshot.threads(Dimension.SITE, row.value()).get(0).creation();
        assertEquals("CLONE_VM|CLONE_FS", creation.flags());
        assertEquals("clone3", creation.syscall());
    }

    @Test
    void cloneAddsFlagsToTheStart() {
        sample(0);
        start(1, 201, "com.acme.Dao.query:17");
        creations.add(SyntheticEvent.at(1_050, "clonetrace.Clone")
                .with("kind", "java")
                .with("childTid", 201)
                .with("syscall", "clone3")
                .with("flagNames", "CLONE_VM")
                .with("source", "ptrace"));
        LiveSnapshot snapshot = sample(2, new Started(201, 1));
        LiveRow row = row(snapshot, Dimension.SITE, "com.acme.Dao.query:17");
        assertEquals(1, row.created(), "counted once");
        Creation creation = snapshot.threads(Dimension.SITE, row.value()).get(0).creation();
        assertEquals("CLONE_VM", creation.flags());
        assertEquals("ptrace", snapshot.source());
    }

    @Test
    void failuresAndProcessesAreCounted() {
        creations.add(
                SyntheticEvent.at(1, "clonetrace.Clone").with("kind", "process").with("childTid", 9));
        creations.add(
                SyntheticEvent.at(1, "clonetrace.Clone").with("error", "EAGAIN").with("attempts", 4));
        creations.add(SyntheticEvent.at(1, "clonetrace.ThreadStartFailed").with("limit", "pids.max"));
        creations.add(SyntheticEvent.at(1, "jdk.DataLoss").with("amount", 512));
        LiveSnapshot snapshot = sample(1);
        assertEquals(1, snapshot.processes());
        assertEquals(4, snapshot.refusedClones());
        assertEquals(Map.of("pids.max", 1L), snapshot.failedStarts());
        assertEquals(List.of("flight recording lost events: the counts are lower bounds"), snapshot.notices());
    }

    @Test
    void withoutTheAgentTheJdksStartsCount() {
        Creations ofJdk = Creations.byJdk(Application.DEFAULT);
        ofJdk.add(SyntheticEvent.started(5, 30, "worker-1", 1, "com.acme.Dao.query:17"));
        ofJdk.add(SyntheticEvent.started(5, 31, "JNA Cleaner", 1, "io.clonetrace.agent.Session.run:1"));
        assertEquals(
                1, ofJdk.created().values().stream().mapToLong(Long::longValue).sum(), "not the agent's own");
        assertEquals(List.of("jdk.DataLoss", "jdk.ThreadStart"), ofJdk.types());
    }

    @Test
    void inventedCallSitesAreCountedTogether() {
        for (int i = 0; i < 10_100; i++) {
            start(1, 1_000 + i, "com.acme.Generated" + i + ".run:1");
        }
        Map<Provenance, Long> created = creations.created();
        assertEquals(10_001, created.size());
        assertEquals(100, created.get(Provenance.OTHERS));
    }
}
