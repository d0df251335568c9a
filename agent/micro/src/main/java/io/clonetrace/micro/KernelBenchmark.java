package io.clonetrace.micro;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.hotspot.JavaThreads;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OsThread;
import io.clonetrace.linux.hotspot.OwnThread;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The system calls for one thread and its stack. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelBenchmark {
    private static final String SELF = "/proc/self";

    private final OwnThread own = new OwnThread();
    private NativeAccess access;
    private JavaThreads javaThreads;
    private ProcmapQuery maps;
    private ProcmapQuery.Question question;
    private PagemapScan pagemap;
    private PagemapScan.Counter counter;
    private long eetop;
    private long low;
    private long high;

    @Setup
    public void open() throws ReflectiveOperationException, NativeUnavailableException, LinuxException {
        eetop = Slots.eetop(Thread.currentThread());
        access = NativeAccess.open(() -> eetop);
        javaThreads = access.javaThreads();
        javaThreads.readOwn(eetop, own);
        low = own.stackBase() - own.stackSize();
        high = own.stackBase();
        maps = new ProcmapQuery(SELF);
        question = maps.question();
        pagemap = new PagemapScan(SELF);
        counter = pagemap.counter();
    }

    @TearDown
    public void close() {
        question.close();
        maps.close();
        counter.close();
        pagemap.close();
    }

    /** The least that a call through JNA into the kernel takes. */
    @Benchmark
    public int getpid() {
        return access.pid();
    }

    @Benchmark
    public OsThread nativeSideOfAThread() {
        return javaThreads.read(eetop, () -> eetop);
    }

    @Benchmark
    public boolean nativeSideOfTheCaller() {
        return javaThreads.readOwn(eetop, own);
    }

    @Benchmark
    public ProcmapQuery.Vma procmapQuery() throws LinuxException {
        return maps.coveringOrNext(high - 1);
    }

    @Benchmark
    public boolean procmapQueryWithoutName() throws LinuxException {
        return question.ask(high - 1);
    }

    @Benchmark
    public PagemapScan.Pages pagemapScan() throws LinuxException {
        return pagemap.count(low, high);
    }

    @Benchmark
    public long pagemapScanAgain() throws LinuxException {
        counter.count(low, low, high);
        return counter.present();
    }

    /** Where there is no PROCMAP_QUERY: all mappings of the process, unparsed. */
    @Benchmark
    public byte[] readingMaps() throws IOException {
        return Files.readAllBytes(Path.of(SELF, "maps"));
    }
}
