package io.clonetrace.run;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ptrace.PtraceEventSource;
import io.clonetrace.trace.ptrace.PtraceTracer;
import io.clonetrace.unwind.UnwindingThread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Observes a running JVM from outside, for a JVM that lacks the rights to observe itself: its agent gets the lines of
 * its clones through a pipe, as in a run.
 */
public final class ObservedJvm implements AutoCloseable {
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final int pid;
    private final CloneSource source;
    private final RunFolder folder;
    private final UnwindingThread unwinder;
    private final JvmPipes pipes;

    private ObservedJvm(
            int pid, CloneSource source, RunFolder folder, UnwindingThread unwinder, StackCapture.Mode stacks) {
        this.pid = pid;
        this.source = source;
        this.folder = folder;
        this.unwinder = unwinder;
        this.pipes = new JvmPipes(
                folder,
                pid,
                source.kind().label(),
                ObservedRun.captured(source, new StackCapture(stacks, unwinder)),
                source::lostRecords,
                problem -> {});
    }

    /**
     * Starts observing.
     *
     * @param owner the JVM's user, as whom the pipe is read; empty for this process's own user
     * @param temporary what the JVM sees as {@code /tmp}; closed with this
     * @param stacks for which tasks the agent wants the native frames that made them
     * @throws SourceRefusedException if the source can't observe, saying why and what to do
     */
    public static ObservedJvm start(
            int pid, Optional<RunUser> owner, Folder temporary, SourceKind wanted, StackCapture.Mode stacks)
            throws SourceRefusedException, InterruptedException, IOException {
        RunFolder folder = RunFolder.make(owner, temporary);
        UnwindingThread unwinder = ObservedRun.unwinder();
        CloneSource source = null;
        ObservedJvm jvm = null;
        try {
            source = source(pid, wanted, new StackCapture(stacks, unwinder));
            source.start();
            jvm = new ObservedJvm(pid, source, folder, unwinder, stacks);
            jvm.pipes.openFor(pid);
            return jvm;
        } catch (SourceRefusedException | InterruptedException | RuntimeException refused) {
            if (jvm != null) {
                jvm.close();
            } else {
                if (source != null) {
                    source.stop();
                }
                unwinder.close();
                folder.close();
            }
            throw refused;
        }
    }

    private static CloneSource source(int pid, SourceKind wanted, StackCapture stacks)
            throws SourceRefusedException, InterruptedException {
        return switch (wanted) {
            case EBPF, TRACEFS -> KernelTrace.source(wanted, pid, false, stacks);
            case PTRACE -> {
                PtraceEventSource queue = new PtraceEventSource();
                queue.tracer(PtraceTracer.attach(pid, false, stacks, queue));
                yield queue;
            }
            case STRACE, NONE -> throw new SourceRefusedException(wanted.label() + " can't observe another process");
        };
    }

    /** The trace for the agent to read, by its path in the JVM. */
    public Path trace() {
        return Path.of("/tmp")
                .resolve(folder.path().getFileName())
                .resolve(NamespacedPid.of(pid).pipe());
    }

    /**
     * Hands over what is seen until {@code on} says that the reader is gone, or the source can see no more.
     *
     * @return why the source can see no more; empty if the reader is gone
     */
    public Optional<String> serve(BooleanSupplier on) throws LinuxException {
        Service service = new Service(on);
        SourcePump.run(source, pipes, service);
        return service.lossReason;
    }

    private final class Service implements SourcePump.Pass<LinuxException> {
        private final BooleanSupplier on;
        private long nextCheck = System.nanoTime();
        private boolean over;
        private Optional<String> lossReason = Optional.empty();

        Service(BooleanSupplier on) {
            this.on = on;
        }

        @Override
        public boolean isOver() {
            if (!over && System.nanoTime() - nextCheck > 0) {
                nextCheck = System.nanoTime() + CHECK_NANOS;
                if (!on.getAsBoolean()) {
                    over = true;
                } else if (source.lossReason() != null) {
                    over = true;
                    lossReason = Optional.of(source.lossReason());
                }
            }
            return over;
        }

        @Override
        public void beforePoll() {
            pipes.clock();
        }

        @Override
        public void afterPoll(boolean last) throws LinuxException {
            pipes.flush();
        }
    }

    /** Stops observing. An agent that still reads reports its source as lost once this process has ended. */
    @Override
    public void close() {
        source.stop();
        unwinder.close();
        pipes.close();
        folder.close();
    }
}
