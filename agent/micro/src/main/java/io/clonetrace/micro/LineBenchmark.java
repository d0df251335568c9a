package io.clonetrace.micro;

import io.clonetrace.trace.wire.StraceLine;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the tracer process makes of a clone: a line as strace writes it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LineBenchmark {
    private int tid;

    @Benchmark
    public String line() {
        tid++;
        return StraceLine.precise(PthreadClone.of(1, tid, System.currentTimeMillis()));
    }
}
