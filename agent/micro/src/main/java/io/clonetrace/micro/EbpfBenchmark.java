package io.clonetrace.micro;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ebpf.EbpfSource;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
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
    private static final int RECORDS = 1_000;

    private final EbpfSource source =
            new EbpfSource((int) ProcessHandle.current().pid(), false);
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
        source.start();
    }

    @Setup(Level.Invocation)
    public void makeThreads(Program program) throws InterruptedException, IOException {
        BpfStatistics.Runs before = statistics.ofThisProcess();
        for (int i = 0; i < RECORDS; i++) {
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
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
        if (counted.calls < RECORDS) {
            throw new IllegalStateException(counted.calls + " records of " + RECORDS + " threads");
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
