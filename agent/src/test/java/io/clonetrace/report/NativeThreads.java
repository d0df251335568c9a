package io.clonetrace.report;

import static io.clonetrace.report.NativeEvents.chain;
import static io.clonetrace.report.NativeEvents.made;
import static io.clonetrace.report.NativeEvents.refused;
import static io.clonetrace.report.NativeEvents.seen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;

/**
 * Writes a recording of a JVM with native libraries, to look at the report of it: {@code java -cp
 * target/classes:target/test-classes io.clonetrace.report.NativeThreads FILE}
 */
final class NativeThreads {
    private static final String LIBC = "libc.so.6!clone3+0x2c\nlibc.so.6!pthread_create+0x56c\n";
    private static final String STD =
            "libstdc++.so.6.0.30!std::thread::_M_start_thread(std::unique_ptr<std::thread::_State,"
                    + " std::default_delete<std::thread::_State> >, void (*)())+0x18\n";
    private static final int BLAS_THREADS = 31;
    private static final int STEPS = 97;
    private static final int PAUSE = 110;

    private NativeThreads() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Recording recording = new Recording()) {
            recording.enable("jdk.JVMInformation");
            recording.enable("jdk.OSInformation");
            recording.enable("jdk.CPUInformation");
            recording.enable("jdk.ThreadStart").withStackTrace();
            recording.enable("jdk.ThreadEnd");
            recording.start();
            blas();
            int tid = 3_000;
            chain(
                    2,
                    "librocksdbjni1234567890.so",
                    LIBC + STD
                            + "librocksdbjni1234567890.so!rocksdb::ThreadPoolImpl::Impl::StartBGThreads()+0x1d\n"
                            + "librocksdbjni1234567890.so!rocksdb::DB::Open(rocksdb::Options const&,"
                            + " std::string const&, rocksdb::DB**)+0x220\n"
                            + "librocksdbjni1234567890.so!Java_org_rocksdb_RocksDB_open+0x90",
                    "",
                    "org.rocksdb.RocksDB.open(Native Method)\ncom.acme.store.Buckets.open(Buckets.java:57)\n"
                            + "com.acme.Main.main(Main.java:12)\n");
            chain(
                    3,
                    "libduckdb_java7362514.so",
                    LIBC + STD + "libduckdb_java7362514.so!duckdb::TaskScheduler::RelaunchThreadsInternal(int)+0x1d\n"
                            + "libduckdb_java7362514.so!duckdb::DuckDB::DuckDB(char const*)+0x20\n"
                            + "libduckdb_java7362514.so!Java_org_duckdb_DuckDBNative_startup+0x9",
                    "",
                    "org.duckdb.DuckDBNative.startup(Native Method)\ncom.acme.report.Query.run(Query.java:17)\n");
            chain(
                    4,
                    "libworker.so",
                    LIBC + "libworker.so!pool_grow+0x38",
                    "libworker.so+0x11f0: no unwind information",
                    "");
            int before = tid;
            List<Integer> living = new ArrayList<>();
            for (int i = 0; i < STEPS; i++) {
                made(++tid, 77, "rocksdb:low", 2, "libstdc++.so.6.0.30!execute_native_thread_routine+0x0");
                if (i % 2 == 0) {
                    made(++tid, 78, "java", 3, "libstdc++.so.6.0.30!execute_native_thread_routine+0x0");
                    living.add(tid);
                }
                Thread.sleep(PAUSE);
            }
            made(++tid, before + 1, "grandchild", 4, "libworker.so!worker+0x0");
            seen(tid, "grandchild");
            living.forEach(one -> seen(one, "java"));
            for (int i = 0; i < BLAS_THREADS; i++) {
                seen(2_000 + i, "java");
            }
            refused("native", -1, 4, "EAGAIN", "pids.max", 512, 512);
            refused("java", 7, -1, "EPERM", "", -1, -1);
            RecordedFailure.commit(
                    "java.lang.OutOfMemoryError: unable to create native thread",
                    null,
                    -1,
                    -1,
                    "no known limit is reached");
            recording.stop();
            recording.dump(Path.of(arguments[0]));
        }
    }

    private static void blas() {
        chain(
                1,
                "libopenblasp-r0.3.21.so",
                LIBC + "libopenblasp-r0.3.21.so!blas_thread_init+0x130\nlibopenblasp-r0.3.21.so!gotoblas_init+0x4e\n"
                        + "ld-linux-x86-64.so.2+0x4a1e\nlibjvm.so!os::dll_load(char const*, char*, int)+0x6c\n"
                        + "libjava.so!Java_jdk_internal_loader_NativeLibraries_load+0x24b",
                "",
                "java.base/jdk.internal.loader.NativeLibraries.load(Native Method)\n"
                        + "java.base/java.lang.System.loadLibrary(System.java:2059)\ncom.acme.math.Blas.load(Blas.java:31)\n");
        for (int i = 0; i < BLAS_THREADS; i++) {
            made(2_000 + i, 76, "java", 1, "libopenblasp-r0.3.21.so!blas_thread_server+0x0");
        }
    }
}
