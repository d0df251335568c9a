package io.clonetrace.micro;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The hook's own part of a Thread.start and of a thread's end, without the thread: what the woven code calls is called
 * over and over. The thread that is said to be started is a living one that waits.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HookBenchmark {
    private final CountDownLatch end = new CountDownLatch(1);
    private Slots slots;
    private Thread child;
    private long eetop;
    private Thread self;
    private long ownEetop;

    @Setup
    public void start() throws ReflectiveOperationException {
        slots = Slots.filled();
        child = new Thread(this::awaitEnd, "child");
        child.start();
        eetop = Slots.eetop(child);
        self = Thread.currentThread();
        ownEetop = Slots.eetop(self);
    }

    @TearDown
    public void end() throws InterruptedException {
        end.countDown();
        child.join();
    }

    @Benchmark
    public void threadStart() {
        slots.started().accept(slots.starting().apply(child), eetop);
    }

    @Benchmark
    public void threadExit() {
        slots.exiting().accept(self, ownEetop);
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
