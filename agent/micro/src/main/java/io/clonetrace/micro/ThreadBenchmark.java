package io.clonetrace.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** A whole thread, as an application makes it; with and without the agent in the JVM. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ThreadBenchmark {
    @Benchmark
    public void startAndJoin() throws InterruptedException {
        Thread thread = new Thread(ThreadBenchmark::nothing);
        thread.start();
        thread.join();
    }

    private static void nothing() {}
}
