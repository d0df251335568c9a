package io.clonetrace.report.text;

import static io.clonetrace.report.Recordings.report;
import static io.clonetrace.report.SyntheticEvent.ORIGIN;
import static io.clonetrace.report.SyntheticEvent.at;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.model.CloneTable;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.JvmBuilder;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the text says of threads that native code makes, to the letter. */
class NativeReportTest {
    private static final long MILLI = 1_000_000;
    private static final long END = 10_000;
    private static final long STACK = 8L << 20;
    private static final String ROUTINE = "libstdc++.so.6.0.30!execute_native_thread_routine+0x0";

    private final JvmBuilder builder = new JvmBuilder();
    private int tids = 100;

    private void live(long chainId, String startRoutine, String name) {
        int tid = ++tids;
        builder.add(at(1_000, "clonetrace.Clone")
                .with("kind", "native")
                .with("childName", name)
                .with("childId", -1L)
                .with("childTid", tid)
                .with("parentTid", 77)
                .with("parentName", "main")
                .with("syscall", "clone3")
                .with("flags", 0x3d0f00L)
                .with("stackSize", STACK)
                .with("startRoutine", startRoutine)
                .with("nativeStackId", chainId)
                .with("observedAt", ORIGIN + 1_000 * MILLI));
        builder.add(at(END - 1, "clonetrace.ThreadStack")
                .with("threadId", -1L)
                .with("tid", tid)
                .with("name", name)
                .with("kind", "native")
                .with("moment", "periodic")
                .with("base", (long) tid << 24)
                .with("reserved", STACK)
                .with("touched", 16L << 10));
    }

    private List<String> lines() {
        builder.enabled("jdk.ThreadEnd");
        builder.at(ORIGIN);
        builder.at(ORIGIN + END * MILLI);
        return report(new Fleet(List.of(builder.build()), 1, List.of(), new CloneTable()));
    }

    /** From the line that begins so, to the blank one before the limits. */
    private static String part(List<String> lines, String from) {
        return lines.stream()
                .dropWhile(line -> !line.startsWith(from))
                .takeWhile(line -> !line.startsWith("limits"))
                .collect(Collectors.joining("\n"));
    }

    private void rocksDb() {
        builder.add(at(1, "jdk.CPUInformation").with("hwThreads", 2L));
        builder.add(at(1, "clonetrace.NativeStack")
                .with("id", 1L)
                .with("library", "librocksdbjni1234567890.so")
                .with("frames", """
                        libc.so.6!clone3+0x2c
                        libc.so.6!pthread_create+0x56c
                        libstdc++.so.6.0.30!std::thread::_M_start_thread+0x19
                        librocksdbjni1234567890.so!rocksdb::ThreadPoolImpl::Impl::StartBGThreads+0xe3
                        librocksdbjni1234567890.so!rocksdb::DBImpl::Open+0x30d
                        librocksdbjni1234567890.so!rocksdb::DB::Open+0x9d
                        librocksdbjni1234567890.so!Java_org_rocksdb_RocksDB_open+0x90""")
                .with("reason", "")
                .with("javaFrames", """
                        org.rocksdb.RocksDB.open(Native Method)
                        org.rocksdb.RocksDB.open(RocksDB.java:263)
                        com.acme.Store.open(Store.java:17)
                        com.acme.Main.main(Main.java:5)"""));
        for (int i = 0; i < 7; i++) {
            live(1, ROUTINE, "rocksdb:low");
        }
    }

    @Test
    void poolOfALibraryNamesItsPlaceTheSettingAndTheCallInJava() {
        rocksDb();
        assertEquals("""
                note: librocksdbjni*.so has 7 live threads on 2 processors.
                   They were made at
                   librocksdbjni*.so!rocksdb::ThreadPoolImpl::Impl::StartBGThreads called by
                   com.acme.Store.open:17. Their stacks reserve 56 MiB, of which 112 KiB are
                   touched.
                   RocksDB: their number is set by max_background_jobs of its options
                   (setMaxBackgroundJobs, setIncreaseParallelism); the threads belong to the
                   Env, which several databases can share
                   (https://github.com/facebook/rocksdb/wiki/Thread-Pool). Computing is not
                   faster with more threads than processors; work that waits may be.
                   ... 3 frames
                   at librocksdbjni1234567890.so!rocksdb::ThreadPoolImpl::Impl::
                      StartBGThreads+0xe3
                   at librocksdbjni1234567890.so!rocksdb::DBImpl::Open+0x30d
                   at librocksdbjni1234567890.so!rocksdb::DB::Open+0x9d
                   ... 1 frame
                   at org.rocksdb.RocksDB.open
                   at org.rocksdb.RocksDB.open:263
                   at com.acme.Store.open:17
                   ... 1 frame

                created  alive  growth  stack memory  created at
                      7      7      +7       112 KiB
                    librocksdbjni*.so!rocksdb::ThreadPoolImpl::Impl::StartBGThreads
                    called by com.acme.Store.open:17
                    stacks reserve 56 MiB
                    named rocksdb:low
                    from librocksdbjni*.so!rocksdb::DBImpl::Open,
                    librocksdbjni*.so!rocksdb::DB::Open,
                    librocksdbjni*.so!Java_org_rocksdb_RocksDB_open

                created  alive  growth  stack memory  threads named
                      7      7      +7       112 KiB  rocksdb:low
                    created at librocksdbjni*.so!rocksdb::ThreadPoolImpl::Impl::StartBGThreads
                    called by com.acme.Store.open:17
                """, part(lines(), "note"));
    }

    @Test
    void nativeThreadsWithoutAnyNativeStackSayWhatTheRecordingLacks() {
        for (int i = 0; i < 3; i++) {
            live(-1, null, "");
        }
        assertEquals("""
                call sites: not recorded

                created  alive  growth  stack memory  threads named
                      3      3      +3        48 KiB  (no name)
                    created at: not recorded; by threads named main
                    no native stacks: native-stacks=off, or the source sees none
                """, part(lines(), "call sites"));
    }

    @Test
    void threadsOfAKnownStartRoutineHaveItInPlaceOfTheCodeThatCreatedThem() {
        for (int i = 0; i < 3; i++) {
            live(-1, ROUTINE, "");
        }
        assertEquals("""
                created  alive  growth  stack memory  created at
                      3      3      +3        48 KiB
                    libstdc++.so.6.0.30!execute_native_thread_routine
                    stacks reserve 24 MiB
                    which they run; the code that created them was not recorded
                    without a name

                created  alive  growth  stack memory  threads named
                      3      3      +3        48 KiB  (no name)
                    created at code that was not recorded, of threads that run
                    libstdc++.so.6.0.30!execute_native_thread_routine
                """, part(lines(), "created"));
    }
}
