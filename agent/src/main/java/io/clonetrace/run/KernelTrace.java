package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ebpf.EbpfSource;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import io.clonetrace.trace.tracefs.TracefsSource;
import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.TraceWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The clones of one process as lines, seen by the kernel's own tracing, which stops nobody. */
public final class KernelTrace {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final CloneSource source;
    private final boolean followForks;
    private final Supplier<OptionalInt> status;
    private final Runnable go;
    private volatile boolean stopping;
    private volatile boolean hurried;
    private volatile TraceWriter writer;
    private volatile long lostBySource;
    private volatile long seen;

    KernelTrace(CloneSource source, boolean followForks, Supplier<OptionalInt> status, Runnable go) {
        this.source = source;
        this.followForks = followForks;
        this.status = status;
        this.go = go;
    }

    /**
     * Watches a running process.
     *
     * @param source one that traces in the kernel
     * @param task its pid, or the tid of one of its threads
     * @param followForks whether to watch the processes that it makes too
     * @throws SourceRefusedException if there is none, or it can't be watched
     */
    public static KernelTrace attach(SourceKind source, int task, boolean followForks) throws SourceRefusedException {
        int pid = ProcessStatus.of(task)
                .map(ProcessStatus::process)
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
                watching, followForks, () -> process.isRunning() ? OptionalInt.empty() : OptionalInt.of(0), () -> {});
    }

    /**
     * Starts a command and watches it from its first instruction on; it runs when {@link #write} is called.
     *
     * @param source as for {@link #attach}
     * @param followForks as for {@link #attach}
     * @throws SourceRefusedException if it can't be watched; it has not run then
     */
    public static KernelTrace launch(SourceKind source, List<String> command, boolean followForks)
            throws SourceRefusedException {
        WatchedCommand watched = WatchedCommand.start(command, pid -> source(source, pid, followForks));
        KernelTrace trace = new KernelTrace(watched.source(), followForks, watched::ended, watched::go);
        ForwardedSignals.to(watched.process(), trace::hurry);
        return trace;
    }

    static CloneSource source(SourceKind kind, int pid, boolean followForks) {
        return switch (kind) {
            case EBPF -> new EbpfSource(pid, followForks);
            case TRACEFS -> new TracefsSource(pid, followForks);
            case PTRACE, STRACE, NONE ->
                throw new IllegalArgumentException(kind.label() + " does not trace in the kernel");
        };
    }

    /** Begins to watch a process and ends at once: for whoever wants to know whether that can be done. */
    public static void rehearse(SourceKind source, int pid) throws SourceRefusedException {
        attach(source, pid, false).source.stop();
    }

    /**
     * Writes what is seen until the process, and what it made if that is followed, has ended, or {@link #stop} is
     * called; and waits until it is written, if not in a {@link #hurry}. Nobody else waits for whoever reads.
     *
     * @param broken is called once if writing fails; what comes afterwards is lost, and counted
     * @param blind is called once if the source is lost, with the reason; the process is waited for all the same
     * @return the command's exit status as a shell gives it; 0 for a process that was not started here
     */
    public int write(OutputStream out, Consumer<IOException> broken, Consumer<String> blind) {
        go.run();
        String lost;
        try (TraceWriter lines = new TraceWriter(out, source.kind().label(), TraceWriter.Times.NANOSECONDS, broken)) {
            writer = lines;
            lines.tellLossesOf(() -> lostBySource);
            if (hurried) {
                lines.hurry();
            }
            watch(lines);
            // What stopping it may add is no loss.
            lost = source.lossReason();
        } finally {
            source.stop();
        }
        if (lost != null) {
            blind.accept(lost);
        }
        OptionalInt end = stopping ? OptionalInt.of(0) : status.get();
        while (end.isEmpty()) {
            LockSupport.parkNanos(PASS_NANOS);
            end = stopping ? OptionalInt.of(0) : status.get();
        }
        return end.getAsInt();
    }

    private void watch(TraceWriter writer) {
        WriterSink lines = new WriterSink(writer);
        LivingProcesses processes = new LivingProcesses(lines);
        SourcePump.run(source, processes, new SourcePump.Pass<RuntimeException>() {
            @Override
            public boolean isOver() {
                return stopping
                        || source.lossReason() != null
                        || status.get().isPresent() && !(followForks && processes.any());
            }

            @Override
            public void afterPoll(boolean last) {
                seen = lines.seen;
                if (last) {
                    lostBySource = source.lostRecords();
                }
            }
        });
        lines.clocks.close();
    }

    /** Ends the writing within a moment, in a {@link #hurry}; the process goes on. Called by any thread. */
    public void stop() {
        hurry();
        stopping = true;
    }

    /** From now on the end of the writing waits only a second for whoever reads. Called by any thread. */
    public void hurry() {
        hurried = true;
        TraceWriter writing = writer;
        if (writing != null) {
            writing.hurry();
        }
    }

    /** How many clones were seen until now. */
    public long seen() {
        return seen;
    }

    /** How many could not be told, or not be written; known when {@link #write} has returned. */
    public long lost() {
        return source.lostRecords() + writer.lost();
    }

    /** What may be missing beside them; null if nothing. */
    public String doubt() {
        return source.doubt();
    }

    /** Passes what the source sees to the writer. */
    private static final class WriterSink implements CloneSink {
        private final TraceWriter writer;
        private final Clocks clocks = new Clocks();
        private long seen;

        WriterSink(TraceWriter writer) {
            this.writer = writer;
        }

        @Override
        public void cloned(CloneCall call) {
            seen++;
            writer.accept(new TaskEvent.Cloned(call));
        }

        @Override
        public void exited(int tid) {
            writer.accept(new TaskEvent.Gone(tid, clocks.realtime()));
        }
    }
}
