package io.clonetrace.micro;

import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The same as {@link HookBenchmark#threadExit} where each thread measures its stack. The agent's thread makes events of
 * the measures, and has room for some thousands: so a thousand at a time, after a while in which it has made room.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
public class MeasureAtExitBenchmark {
    private static final int THREADS = 1_000;
    private static final long ROOM_AGAIN_MILLIS = 300;

    private Slots slots;
    private Thread self;
    private long ownEetop;

    @Setup
    public void start() throws ReflectiveOperationException {
        slots = Slots.filled();
        self = Thread.currentThread();
        ownEetop = Slots.eetop(self);
    }

    @Setup(Level.Invocation)
    public void awaitRoom() throws InterruptedException {
        Thread.sleep(ROOM_AGAIN_MILLIS);
    }

    @Benchmark
    @OperationsPerInvocation(THREADS)
    public void threadExit() {
        for (int i = 0; i < THREADS; i++) {
            slots.exiting().accept(self, ownEetop);
        }
    }
}
