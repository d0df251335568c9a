package io.clonetrace.report.finding;

import static io.clonetrace.report.SyntheticEvent.ORIGIN;
import static io.clonetrace.report.SyntheticEvent.at;
import static io.clonetrace.report.finding.Found.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.JvmBuilder;
import io.clonetrace.trace.AccessDenial;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules on threads that native code makes, with times at will. */
class NativeRulesTest {
    private static final long MILLI = 1_000_000;
    private static final long END = 10_000;
    private static final long MEGABYTES = 8L << 20;
    private static final String DUCKDB = "libc.so.6!clone3+0x2c\nlibc.so.6!pthread_create+0x56c\n"
            + "libduckdb_java7362514.so!duckdb::TaskScheduler::RelaunchThreadsInternal(int)+0x1d\n"
            + "libduckdb_java7362514.so!duckdb::DuckDB::DuckDB(char const*)+0x20\n"
            + "libduckdb_java7362514.so!Java_org_duckdb_DuckDBNative_startup+0x9";
    private static final String DUCKDB_SITE = "libduckdb_java*.so!duckdb::TaskScheduler::RelaunchThreadsInternal";
    private static final String JAVA =
            "org.duckdb.DuckDBNative.startup(Native Method)\ncom.acme.Store.open(Store.java:17)";

    private final JvmBuilder builder = new JvmBuilder();
    private int tids = 100;

    private void chain(long id, String library, String frames, String javaFrames) {
        builder.add(at(1, "clonetrace.NativeStack")
                .with("id", id)
                .with("library", library)
                .with("frames", frames)
                .with("reason", "")
                .with("javaFrames", javaFrames));
    }

    private void processors(long count) {
        builder.add(at(1, "jdk.CPUInformation").with("hwThreads", count));
    }

    private int made(long time, long chainId, String name) {
        int tid = ++tids;
        builder.add(at(time, "clonetrace.Clone")
                .with("kind", "native")
                .with("childName", name)
                .with("childId", -1L)
                .with("childTid", tid)
                .with("parentTid", 77)
                .with("stackSize", MEGABYTES)
                .with("nativeStackId", chainId)
                .with("observedAt", ORIGIN + time * MILLI));
        return tid;
    }

    private void seen(int tid, String name) {
        builder.add(at(END - 1, "clonetrace.ThreadStack")
                .with("threadId", -1L)
                .with("tid", tid)
                .with("name", name)
                .with("kind", "native")
                .with("moment", "periodic")
                .with("base", (long) tid << 24)
                .with("reserved", MEGABYTES)
                .with("touched", 16L << 10));
    }

    private void live(long time, long chainId, String name) {
        seen(made(time, chainId, name), name);
    }

    private List<Finding> findings() {
        return Found.in(builder, END);
    }

    private Finding only(String rule) {
        return Found.only(rule, findings());
    }

    @Test
    void nativeThreadsThatBecomeMoreAreALeakOfTheirLibrary() {
        chain(1, "libduckdb_java7362514.so", DUCKDB, JAVA);
        for (int i = 0; i < 37; i++) {
            live(250 + 250 * i, 1, "pool-7-thread-1");
        }
        Finding found = only("thread-leak");
        assertEquals(
                "Possible leak: " + DUCKDB_SITE
                        + " called by com.acme.Store.open:17 started 37 threads in 10 s; none ended.",
                found.summary());
        assertSays(found.evidence(), "Their stacks reserve 296 MiB, of which 592 KiB are touched");
        assertSays(found.advice(), "close the object", "SET threads", "https://duckdb.org/");
        assertEquals(37, found.subject().threads().size());
    }

    @Test
    void nativeThreadsNamedLikeAnExecutorsAreNoExecutors() {
        chain(1, "libduckdb_java7362514.so", DUCKDB, JAVA);
        processors(64);
        for (int i = 0; i < 31; i++) {
            live(1_000 + 5 * i, 1, "pool-" + i + "-thread-1");
        }
        assertEquals(List.of(), findings());
    }

    @Test
    void nativeThreadsThatComeAndGoAreChurn() {
        chain(
                1,
                "librocksdbjni123456789.so",
                "librocksdbjni123456789.so!rocksdb::ThreadPoolImpl::Impl::StartBGThreads()+0x1d",
                "");
        for (int i = 0; i < 97; i++) {
            made(50 + 100 * i, 1, "rocksdb:low");
        }
        seen(50, "main");
        Finding found = only("thread-churn");
        assertEquals(
                "Threads come and go: librocksdbjni*.so!rocksdb::ThreadPoolImpl::Impl::StartBGThreads started 97 threads that"
                        + " ended soon.",
                found.summary());
        assertSays(found.evidence(), "rocksdb:low", "8 MiB");
        assertSays(found.advice(), "max_background_jobs");
    }

    @Test
    void morePoolThreadsThanProcessorsNameTheSetting() {
        chain(
                1,
                "libopenblasp-r0.3.21.so",
                "libc.so.6!pthread_create+0x56c\nlibopenblasp-r0.3.21.so!blas_thread_init+0x130",
                "");
        processors(2);
        for (int i = 0; i < 31; i++) {
            live(1_000, 1, "java");
        }
        Finding found = only("native-pool-size");
        assertEquals("libopenblasp-r0.3.21.so has 31 live threads on 2 processors.", found.summary());
        assertEquals(Severity.WARNING, found.severity());
        assertSays(found.advice(), "OPENBLAS_NUM_THREADS");
        assertSays(found.evidence(), "blas_thread_init", "248 MiB");
        assertEquals(31L, found.numbers().get("alive"));
        assertEquals(2L, found.numbers().get("processors"));
    }

    @Test
    void poolOfAsManyThreadsAsProcessorsIsNoFinding() {
        chain(1, "libopenblasp-r0.3.21.so", "libopenblasp-r0.3.21.so!blas_thread_init+0x130", "");
        processors(8);
        for (int i = 0; i < 8; i++) {
            live(1_000, 1, "java");
        }
        assertEquals(List.of(), findings());
    }

    @Test
    void severalPoolsOfOneLibraryAreOneFinding() {
        String frames =
                "libonnxruntime.so+0xa1b2\nlibonnxruntime4j_jni.so!Java_ai_onnxruntime_OrtSession_createSession+0x9";
        chain(1, "libonnxruntime.so", frames, "com.acme.Model.load(Model.java:5)");
        chain(2, "libonnxruntime.so", frames.replace("a1b2", "a1f2"), "com.acme.Other.load(Other.java:6)");
        processors(4);
        for (int session = 0; session < 3; session++) {
            for (int i = 0; i < 3; i++) {
                live(1_000 + 900 * session, session == 2 ? 2 : 1, "java");
            }
        }
        Finding found = only("native-pools");
        assertEquals("libonnxruntime.so has 3 pools, with 9 live threads on 4 processors.", found.summary());
        assertSays(
                found.evidence(),
                "6 were made at libonnxruntime.so+0xa1b2 called by com.acme.Model.load:5",
                "They have 3, 3, 3 threads; the last was made 2 s after the first.",
                "Other.load:6");
        assertSays(found.advice(), "setIntraOpNumThreads");
    }

    @Test
    void threadsOfTheVmAreNoNativePool() {
        chain(1, "libjvm.so", "libc.so.6!pthread_create+0x56c\nlibjvm.so!os::create_thread+0x120", "");
        processors(2);
        for (int i = 0; i < 31; i++) {
            live(1_000, 1, "java");
        }
        assertEquals(List.of(), findings());
    }

    private void running(String startRoutine) {
        int tid = ++tids;
        builder.add(at(1_000, "clonetrace.Clone")
                .with("childId", -1L)
                .with("childTid", tid)
                .with("parentTid", 77)
                .with("startRoutine", startRoutine)
                .with("nativeStackId", -1L)
                .with("observedAt", ORIGIN + 1_000 * MILLI));
        seen(tid, "worker");
    }

    @Test
    void threadsWithOnlyAStartRoutineAreOfItsLibrary() {
        processors(2);
        for (int i = 0; i < 13; i++) {
            running("libworker.so!worker+0x0");
        }
        Finding found = only("native-pool-size");
        assertSays(found.evidence(), "code that was not recorded, of threads that run libworker.so!worker");
    }

    /** The threads of all libraries that use std::thread begin there. */
    @Test
    void threadsWithOnlyAStartRoutineOfTheRuntimeAreNoPool() {
        processors(2);
        for (int i = 0; i < 13; i++) {
            running("libstdc++.so.6.0.30!execute_native_thread_routine+0x0");
        }
        assertEquals(List.of(), findings());
    }

    /** aws-crt-java unpacks it as AWSCRT_11275882638149950618libaws-crt-jni.so. */
    @Test
    void libraryWhoseUnpackedNameBeginsOtherwiseHasItsSetting() {
        String library = "AWSCRT_11275882638149950618libaws-crt-jni.so";
        chain(1, library, library + "!aws_thread_launch+0x1d", "");
        processors(2);
        for (int i = 0; i < 7; i++) {
            live(1_000, 1, "AwsEventLoop");
        }
        Finding found = only("native-pool-size");
        assertEquals("AWSCRT_*libaws-crt-jni.so has 7 live threads on 2 processors.", found.summary());
        assertSays(found.advice(), "setStaticDefaultNumThreads");
    }

    @Test
    void forbiddenStartNamesTheFilterAndIsToldOnce() {
        builder.add(at(10, "clonetrace.ThreadStartFailed")
                .with("childId", 42L)
                .with("error", "java.lang.OutOfMemoryError")
                .with("used", -1L)
                .with("max", -1L)
                .with("location", "no known limit is reached")
                .by(1, "main")
                .trace("java.lang.Thread.start:809", "com.acme.Dao.query:17"));
        builder.add(refused(9, 42, "EPERM").with("attempts", 4));
        Finding found = only("failed-starts");
        assertEquals("Thread.start failed once at com.acme.Dao.query:17.", found.summary());
        assertSays(found.evidence(), "answered clone3 with EPERM, 4 times in all.");
        assertSays(found.advice(), "seccomp", "ENOSYS");
        assertEquals(4L, found.numbers().get("attempts"));
    }

    @Test
    void callOfAnUnknownOwnerIsToldOnlyIfAllStartsThatFailedAreKnown() {
        builder.add(at(10, "clonetrace.ThreadStartFailed")
                .with("childId", 42L)
                .with("error", "java.lang.OutOfMemoryError")
                .with("used", -1L)
                .with("max", -1L));
        builder.add(refused(9, -1, "EAGAIN").with("kind", null).with("nativeStackId", -1L));
        Finding found = only("failed-starts");
        assertEquals("Thread.start failed once.", found.summary());
    }

    @Test
    void refusalsOfOnePlaceAreOneWhateverTheirLimitCounts() {
        for (int i = 1; i <= 13; i++) {
            builder.add(at(10 * i, "clonetrace.ThreadStartFailed")
                    .with("childId", 40L + i)
                    .with("childName", "w-" + i)
                    .with("error", "java.lang.OutOfMemoryError")
                    .with("limit", "pids.max")
                    .with("used", 90L)
                    .with("max", 90L)
                    .with("location", "/sys/fs/cgroup/pids.max; pids.events counts " + 4 * i + " refusals")
                    .by(1, "main")
                    .trace("java.lang.Thread.start:809", "com.acme.Dao.query:17"));
            builder.add(refused(10 * i, 40 + i, "EAGAIN").with("attempts", 4));
        }
        Finding found = only("failed-starts");
        assertEquals("Thread.start failed 13 times at com.acme.Dao.query:17.", found.summary());
        assertSays(found.evidence(), "EAGAIN, 52 times in all", "counts 52 refusals");
    }

    private static SyntheticEvent refused(long time, long childId, String errno) {
        return at(time, "clonetrace.Clone")
                .with("kind", childId > 0 ? "java" : "native")
                .with("childId", childId)
                .with("childTid", -1)
                .with("syscall", "clone3")
                .with("flags", 0x3d0f00L)
                .with("parentName", "loader-3")
                .with("error", errno)
                .with("nativeStackId", childId > 0 ? -1L : 1L);
    }

    @Test
    void refusedThreadOfALibraryNamesItsPlaceErrnoAndLimit() {
        chain(
                1,
                "libworker.so",
                "libc.so.6!pthread_create+0x5\nlibworker.so!pool_grow+0x38",
                "com.acme.Store.open(Store.java:17)");
        for (int i = 1; i <= 3; i++) {
            builder.add(refused(10 + i, -1, "EAGAIN")
                    .with("attempts", 20 * i)
                    .with("limit", "pids.max")
                    .with("used", 100L)
                    .with("max", 100L)
                    .with("location", "/sys/fs/cgroup/pids.max"));
        }
        Finding found = only("failed-starts");
        assertEquals(
                "The kernel refused 120 calls to make a task at libworker.so!pool_grow called by com.acme.Store.open:17.",
                found.summary());
        assertSays(found.evidence(), "clone3", "EAGAIN", "loader-*", "It hit pids.max: 100 of 100");
        assertFalse(found.subject().trace().isEmpty());
        assertEquals(120L, found.numbers().get("count"));
    }

    @Test
    void refusedCallsAreCountedNotTheirEvents() {
        builder.add(refused(10, -1, "ENOSYS").with("attempts", 8));
        builder.add(refused(11, 42, "ENOSYS"));
        Finding found = only("clone3-refused");
        assertSays(found.evidence(), "9 calls of clone3 were refused");
        assertEquals(9L, found.numbers().get("refused"));
    }

    /** JFR starts it when the JVM ends, only because a recording is on. */
    @Test
    void refusedShutdownHookOfJfrIsNoFinding() {
        String hook = "JFR Shutdown Hook";
        builder.add(at(10, "clonetrace.ThreadStartFailed")
                .with("childId", 42L)
                .with("childName", hook)
                .with("error", "java.lang.OutOfMemoryError")
                .with("used", -1L)
                .with("max", -1L));
        builder.add(refused(9, 42, "EAGAIN").with("childName", hook).with("attempts", 4));
        builder.add(refused(12, 43, "EAGAIN").with("childName", hook).with("attempts", 4));
        builder.add(refused(13, 44, "EAGAIN").with("childName", hook).with("kind", "agent"));
        assertEquals(List.of(), findings());
    }

    @Test
    void whyNoLimitIsNamedIsWholeAndFitsTheErrno() {
        String room = "none of the known limits is reached; the nearest, pids.max, has room for 80 more threads";
        String filter = "; a seccomp filter is on (Seccomp: 2 in /proc/self/status): it may refuse the call; "
                + AccessDenial.CLONE3_REMEDY;
        for (int i = 0; i < 2; i++) {
            builder.add(at(10 + 10 * i, "clonetrace.ThreadStartFailed")
                    .with("childId", 42L + i)
                    .with("error", "java.lang.OutOfMemoryError: " + i)
                    .with("used", -1L)
                    .with("max", -1L)
                    .with("location", room + filter));
        }
        builder.add(refused(9, 42, "EAGAIN").with("location", room));
        List<String> evidence =
                findings().stream().map(Finding::evidence).sorted().toList();
        assertEquals(2, evidence.size());
        assertSays(evidence.get(0), room + ".");
        assertFalse(evidence.get(0).contains("EPERM"), evidence.get(0));
        assertSays(evidence.get(1), AccessDenial.CLONE3_REMEDY + ".");
    }
}
