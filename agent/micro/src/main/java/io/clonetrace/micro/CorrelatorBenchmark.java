package io.clonetrace.micro;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.correlate.NativeStackLog;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.event.CloneEvent;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One thread's way through the agent's own thread: start and clone arrive, are joined, and a Clone event is committed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CorrelatorBenchmark {
    private static final int PID = 1_000_000;
    private static final int TIDS = 30_000;

    private final WeakReference<Thread> thread = new WeakReference<>(Thread.currentThread());
    private final JavaThread.Creator creator = new JavaThread.Creator(PID, 1, "main", System.currentTimeMillis());
    private Correlator correlator;
    private Recording recording;
    private int made;

    @Param({"false", "true"})
    public boolean recorded;

    @Setup
    public void start() {
        CloneLog clones = new CloneLog(new NativeStackLog());
        clones.source("ebpf");
        correlator = new Correlator(
                new ProcessTasks(PID, tid -> tid == PID),
                (tid, moment) -> false,
                call -> Optional.empty(),
                tid -> null,
                clones);
        correlator.livedBefore(List.of());
        if (recorded) {
            recording = new Recording();
            recording.enable(CloneEvent.class);
            recording.setMaxSize(1 << 20);
            recording.start();
        }
    }

    @TearDown
    public void end() {
        if (recording != null) {
            recording.close();
        }
    }

    @Benchmark
    public long join() {
        made++;
        int tid = PID + 1 + made % TIDS;
        long now = System.currentTimeMillis();
        correlator.offer(new JavaThread(
                thread, made, "Thread-" + made, TaskKind.JAVA, tid, PthreadClone.tls(tid), now, creator));
        correlator.cloned(PthreadClone.of(PID, tid, now));
        correlator.exited(tid);
        return correlator.calls();
    }
}
