package io.clonetrace.run;

import io.clonetrace.linux.ProcessStart;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ebpf.EbpfSource;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import io.clonetrace.trace.tracefs.TracefsSource;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The clones of one process as lines, seen by the kernel's own tracing, which stops nobody. */
public final class KernelTrace {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final CloneSource source;
    private final boolean followForks;
    private final BooleanSupplier ended;
    private final CompletableFuture<Integer> status;
    private final Runnable go;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile long seen;

    private KernelTrace(
            CloneSource source,
            boolean followForks,
            BooleanSupplier ended,
            CompletableFuture<Integer> status,
            Runnable go) {
        this.source = source;
        this.followForks = followForks;
        this.ended = ended;
        this.status = status;
        this.go = go;
    }

    /**
     * Watches a running process.
     *
     * @param source {@code ebpf} or {@code tracefs}
     * @param task its pid, or the tid of one of its threads
     * @param followForks whether to watch the processes that it makes too
     * @throws SourceRefusedException if there is none, or it can't be watched
     */
    public static KernelTrace attach(String source, int task, boolean followForks) throws SourceRefusedException {
        int pid = ProcessStart.processOf(task)
                .orElseThrow(() -> new SourceRefusedException("there is no process " + task));
        ProcessStart process =
                ProcessStart.of(pid).orElseThrow(() -> new SourceRefusedException("there is no process " + task));
        CloneSource watching = source(source, pid, followForks);
        try {
            watching.start();
        } catch (SourceRefusedException | RuntimeException refused) {
            watching.stop();
            throw refused;
        }
        return new KernelTrace(
                watching, followForks, () -> !process.isRunning(), CompletableFuture.completedFuture(0), () -> {});
    }

    /**
     * Starts a command and watches it from its first instruction on; it runs when {@link #write} is called.
     *
     * @param source as for {@link #attach}
     * @param followForks as for {@link #attach}
     * @throws SourceRefusedException if it can't be watched; it has not run then
     */
    public static KernelTrace launch(String source, List<String> command, boolean followForks)
            throws SourceRefusedException {
        WatchedCommand watched = WatchedCommand.start(command, pid -> source(source, pid, followForks));
        ForwardedSignals.to(watched.pid());
        CompletableFuture<Integer> status = watched.end();
        return new KernelTrace(watched.source(), followForks, status::isDone, status, watched::go);
    }

    static CloneSource source(String name, int pid, boolean followForks) {
        return name.equals("ebpf") ? new EbpfSource(pid, followForks) : new TracefsSource(pid, followForks);
    }

    /** Begins to watch a process and ends at once: for whoever wants to know whether that can be done. */
    public static void rehearse(String source, int pid) throws SourceRefusedException {
        attach(source, pid, false).source.stop();
    }

    /**
     * Writes what is seen until the process, and what it made if that is followed, has ended, or {@link #stop} is
     * called.
     *
     * @param broken is called once if writing fails; what comes afterwards is dropped
     * @return the command's exit status as a shell gives it; 0 for a process that was not started here
     */
    public int write(OutputStream out, Consumer<IOException> broken) {
        try {
            go.run();
            watch(new LineSink(out, source.name(), broken));
        } finally {
            source.stop();
            done.countDown();
        }
        return stopping ? 0 : status.join();
    }

    private void watch(LineSink lines) {
        LivingProcesses processes = new LivingProcesses(lines);
        boolean last = false;
        while (!last) {
            boolean stop = stopping || source.lost() != null;
            boolean over = ended.getAsBoolean() && !left(processes);
            source.poll(processes);
            // What was seen before the end is read after it, and may tell of a process that goes on.
            last = stop || over && !left(processes);
            seen = lines.seen();
            if (last) {
                lines.lost(source.damaged());
            }
            lines.flush();
            if (!last) {
                LockSupport.parkNanos(PASS_NANOS);
            }
        }
    }

    private boolean left(LivingProcesses processes) {
        return followForks && processes.any();
    }

    /**
     * Ends the writing, and returns when all is written; the process goes on.
     *
     * @return false if it had ended by itself
     */
    public boolean stop() {
        if (done.getCount() == 0) {
            return false;
        }
        stopping = true;
        try {
            done.await();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /** Whether somebody called {@link #stop} before it ended by itself. */
    public boolean stopped() {
        return stopping;
    }

    /** How many clones were seen until now. */
    public long seen() {
        return seen;
    }

    /** How many could not be told. */
    public long lost() {
        return source.damaged();
    }

    /** What may be missing beside them; null if nothing. */
    public String doubt() {
        return source.doubt();
    }
}
