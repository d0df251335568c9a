package io.clonetrace.micro;

import com.sun.jna.NativeLibrary;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ebpf.EbpfSource;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a record of the eBPF source costs: the program that writes it, and the poll that makes a CloneCall of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 30)
@Measurement(iterations = 30)
public class EbpfBenchmark {
    /** As many as the ring of stacks holds. */
    private static final int RECORDS = 400;

    /** Which stacks are captured, and what the threads are. */
    @Param({"off java", "native java", "native pthread", "all java"})
    public String capture;

    private EbpfSource source;
    private BpfStatistics statistics;

    /** What the kernel says of the program, by the threads that were made in one iteration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Program {
        public long runs;
        public long nanos;
    }

    @Setup
    public void start() throws SourceRefusedException, IOException {
        statistics = BpfStatistics.enable();
        StackCapture.Mode mode = StackCapture.Mode.valueOf(capture.split(" ")[0].toUpperCase(Locale.ROOT));
        source = new EbpfSource(
                (int) ProcessHandle.current().pid(),
                false,
                new StackCapture(mode, (pid, startRoutine, copy) -> new NativeOrigin(startRoutine)));
        source.start();
    }

    @Setup(Level.Invocation)
    public void makeThreads(Program program) throws InterruptedException, IOException {
        BpfStatistics.Runs before = statistics.ofThisProcess();
        boolean java = capture.endsWith("java");
        for (int i = 0; i < RECORDS; i++) {
            if (java) {
                Thread thread = new Thread(() -> {});
                thread.start();
                thread.join();
            } else {
                makePthread();
            }
        }
        BpfStatistics.Runs after = statistics.ofThisProcess();
        program.runs += after.count() - before.count();
        program.nanos += after.nanos() - before.nanos();
    }

    @TearDown
    public void stop() {
        source.stop();
        statistics.close();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void records(Blackhole hole) {
        Counted counted = new Counted(hole);
        source.poll(counted);
        if (counted.calls < RECORDS || source.lostStacks() > 0) {
            throw new IllegalStateException(counted.calls + " records of " + RECORDS + " threads, "
                    + source.lostStacks() + " stacks lost, " + source.captureRefusal());
        }
    }

    /** A thread that calls getpid(2). */
    private static void makePthread() {
        NativeLibrary libc = NativeLibrary.getInstance("c");
        long[] thread = new long[1];
        Object[] create = {thread, null, libc.getFunction("getpid"), null};
        if (libc.getFunction("pthread_create").invokeInt(create) != 0
                || libc.getFunction("pthread_join").invokeInt(new Object[] {thread[0], null}) != 0) {
            throw new IllegalStateException("no thread");
        }
    }

    private static final class Counted implements CloneSink {
        private final Blackhole hole;
        private int calls;

        private Counted(Blackhole hole) {
            this.hole = hole;
        }

        @Override
        public void cloned(CloneCall call) {
            hole.consume(call);
            calls++;
        }

        @Override
        public void exited(int tid) {
            throw new IllegalStateException("this source sees no ends");
        }
    }
}
