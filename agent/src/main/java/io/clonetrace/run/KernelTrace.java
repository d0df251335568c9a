package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ebpf.EbpfSource;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import io.clonetrace.trace.strace.StraceSource;
import io.clonetrace.trace.tracefs.TracefsSource;
import io.clonetrace.trace.wire.ChainWriter;
import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.TraceWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Writes the clones of one process as lines, as the kernel's own tracing sees them, which stops no task, or strace. */
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
     * @param source a source that traces in the kernel, or strace
     * @param task its pid, or the tid of one of its threads
     * @param followForks whether to watch the process's descendants too
     * @param stacks which stacks to capture
     * @throws SourceRefusedException if there is no such process, or it can't be watched
     */
    public static KernelTrace attach(SourceKind source, int task, boolean followForks, StackCapture stacks)
            throws SourceRefusedException {
        int pid = ProcessStatus.of(task)
                .map(ProcessStatus::process)
                .orElseThrow(() -> new SourceRefusedException("there is no process " + task));
        ProcessStart process =
                ProcessStart.of(pid).orElseThrow(() -> new SourceRefusedException("there is no process " + task));
        CloneSource watching = source(source, pid, followForks, stacks);
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
     * @param stacks as for {@link #attach}
     * @throws SourceRefusedException if it can't be watched; the command has not run then
     */
    public static KernelTrace launch(SourceKind source, List<String> command, boolean followForks, StackCapture stacks)
            throws SourceRefusedException {
        WatchedCommand watched = source == SourceKind.STRACE
                ? WatchedCommand.startUnderStrace(command, stacks.mode() != StackCapture.Mode.OFF)
                : WatchedCommand.start(command, pid -> source(source, pid, followForks, stacks));
        KernelTrace trace = new KernelTrace(watched.source(), followForks, watched::ended, watched::go);
        ForwardedSignals.to(watched.process(), trace::hurry);
        return trace;
    }

    static CloneSource source(SourceKind kind, int pid, boolean followForks, StackCapture stacks) {
        return switch (kind) {
            case EBPF -> new EbpfSource(pid, followForks, stacks);
            case TRACEFS -> new TracefsSource(pid, followForks);
            case STRACE -> new StraceSource(pid, stacks.mode() != StackCapture.Mode.OFF);
            case PTRACE, NONE -> throw new IllegalArgumentException(kind.label() + " can't be polled here");
        };
    }

    /** Watches a process for an instant, to find out whether it can be watched. */
    public static void rehearse(SourceKind source, int pid) throws SourceRefusedException {
        attach(source, pid, false, StackCapture.OFF).source.stop();
    }

    /**
     * Writes what is seen until {@link #stop} is called, or until the process has ended, and its descendants too if
     * they are followed. Then waits until all of it is written, unless in a {@link #hurry}. Nothing else waits for the
     * reader.
     *
     * @param chains writes the native call chains
     * @param broken called once if writing fails; what follows is lost and counted
     * @param blind called once, with the reason, if the source is lost; the wait for the process goes on
     * @return the command's exit status as a shell reports it; 0 for a process that was not started here
     */
    public int write(OutputStream out, ChainWriter chains, Consumer<IOException> broken, Consumer<String> blind) {
        go.run();
        String lost;
        try (TraceWriter lines =
                new TraceWriter(out, source.kind().label(), TraceWriter.Times.NANOSECONDS, chains, broken)) {
            writer = lines;
            lines.tellLossesOf(() -> lostBySource);
            if (hurried) {
                lines.hurry();
            }
            watch(lines);
            // Losses counted while the source stops are not losses of the trace.
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
        WriterSink lines = new WriterSink(writer, followForks);
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

    /** Stops writing almost at once, in a {@link #hurry}; the process continues. Called by any thread. */
    public void stop() {
        hurry();
        stopping = true;
    }

    /** Lets the end of the writing wait at most a second for the reader. Called by any thread. */
    public void hurry() {
        hurried = true;
        TraceWriter writing = writer;
        if (writing != null) {
            writing.hurry();
        }
    }

    /** How many clones have been seen so far. */
    public long seen() {
        return seen;
    }

    /** How many clones could not be reported or written; final once {@link #write} has returned. */
    public long lost() {
        return source.lostRecords() + writer.lost();
    }

    /** How many stacks were to be captured and are lost. */
    public long lostStacks() {
        return source.lostStacks();
    }

    /** Why stacks that were to be captured are not; null if they are, or were not to be. */
    public String captureRefusal() {
        return source.captureRefusal();
    }

    /** Why more than {@link #lost} clones may be missing, or refused ones are; null if there is no such reason. */
    public String doubt() {
        return source.doubt() == null ? source.unseenRefusals() : source.doubt();
    }

    /** Passes the source's records to the writer. */
    private static final class WriterSink implements CloneSink {
        private final TraceWriter writer;
        private final boolean followForks;
        private final Clocks clocks = new Clocks();

        /** Tasks of processes not to be followed: strace follows all. */
        private final Set<Integer> others = new HashSet<>();

        private long seen;

        WriterSink(TraceWriter writer, boolean followForks) {
            this.writer = writer;
            this.followForks = followForks;
        }

        @Override
        public void cloned(CloneCall call) {
            boolean other = others.contains(call.parentTid());
            if (!followForks && !call.failed() && (other || !call.has(CloneFlag.CLONE_THREAD))) {
                others.add(call.childTid());
            }
            if (!other) {
                seen++;
                writer.accept(new TaskEvent.Cloned(call));
            }
        }

        @Override
        public void exited(int tid) {
            if (!others.remove(tid)) {
                writer.accept(new TaskEvent.Gone(tid, clocks.realtime()));
            }
        }
    }
}
