package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.proc.Patience;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Finds out whether a source works by trying it. */
public final class SourceTrial {
    /** Makes one task, which does nothing, and ends. */
    private static final List<String> COMMAND = List.of(StoppedCommand.SHELL, "-c", ": & wait");

    /** How long to wait for a child that uses no processor time. */
    private static final long CHILD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private SourceTrial() {}

    /**
     * Observes a child process that is started for this trial only.
     *
     * @return the calls that the source saw
     * @throws SourceRefusedException if the source can't observe, or sees nothing
     */
    public static List<CloneCall> ofChild(SourceKind source) throws SourceRefusedException, InterruptedException {
        // As the agent observes its own process: what a run needs beyond that may be less, or more.
        ObservedCommand child = ObservedCommand.start(source, COMMAND, StackCapture.OFF, false);
        try {
            child.go();
            List<CloneCall> seen = seen(child.source(), patience(child));
            Patience ending = patience(child);
            while (child.ended().isEmpty() && !ending.isOver()) {
                LockSupport.parkNanos(PASS_NANOS);
            }
            child.process().kill();
            if (seen.isEmpty()) {
                throw new SourceRefusedException("it started, but did not show the clone of a child process, which made"
                        + " no progress for " + TimeUnit.NANOSECONDS.toSeconds(CHILD_NANOS) + " s");
            }
            return seen;
        } finally {
            child.source().stop();
            child.process().close();
        }
    }

    /**
     * Observes a running process briefly, with a source that stops no task.
     *
     * @param source a source that {@linkplain SourceKind#tracesInKernel traces in the kernel}
     * @return the calls that it saw, if any
     * @throws SourceRefusedException if it can't observe it
     */
    public static List<CloneCall> ofRunning(SourceKind source, int pid) throws SourceRefusedException {
        CloneSource watching = KernelTrace.source(source, pid, false, StackCapture.OFF);
        try {
            watching.start();
            return seen(watching, new Patience(LOOK_NANOS, PASS_NANOS, () -> 0));
        } finally {
            watching.stop();
        }
    }

    /**
     * Whether a source that stops no task would see the clones that the kernel refuses a running process.
     *
     * @return why it would not, in a sentence; null if it would
     * @throws SourceRefusedException if it can't observe the process
     */
    public static String unseenRefusals(SourceKind source, int pid) throws SourceRefusedException {
        CloneSource watching = KernelTrace.source(source, pid, false, StackCapture.OFF);
        try {
            watching.start();
            return watching.unseenRefusals();
        } finally {
            watching.stop();
        }
    }

    private static Patience patience(ObservedCommand child) {
        return new Patience(
                CHILD_NANOS, PASS_NANOS, Path.of("/proc/" + child.process().pid()));
    }

    private static List<CloneCall> seen(CloneSource source, Patience patience) {
        List<CloneCall> seen = new ArrayList<>();
        CloneSink sink = new CloneSink() {
            @Override
            public void cloned(CloneCall call) {
                if (!call.failed()) {
                    seen.add(call);
                }
            }

            @Override
            public void exited(int tid) {
                // Only calls that made a task count here.
            }
        };
        while (seen.isEmpty() && !patience.isOver()) {
            if (!source.poll(sink)) {
                LockSupport.parkNanos(PASS_NANOS);
            }
        }
        return seen;
    }
}
