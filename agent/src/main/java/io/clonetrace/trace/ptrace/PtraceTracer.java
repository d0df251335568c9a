package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.ChildEnd;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.ResumeTimer;
import io.clonetrace.linux.process.Signals;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.wire.TaskEvent;
import java.io.File;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Traces with ptrace(2) every task that a process makes. A tracee stops when it makes a task, when it executes a
 * program, and at signals, which it receives as if it were not traced; it does not stop at system calls. One thread of
 * this tracer makes all ptrace calls. However that thread ends, the kernel then detaches the tracees, and they
 * continue.
 *
 * <p>The kernel has no event for calls that fail (EAGAIN, EPERM, EINVAL, ENOSYS, ...) and for tasks made with
 * CLONE_UNTRACED, so they are not seen. Failed calls would take a stop at each system call, the price that strace pays.
 * A set-user-ID program that a tracee executes does not gain the other user's rights unless the tracer has
 * CAP_SYS_PTRACE (execve(2)).
 *
 * <p>A process can't trace itself, nor a process that it started through java.lang.ProcessBuilder: see
 * {@link io.clonetrace.linux.process.Spawn}.
 */
public final class PtraceTracer {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final OptionalInt target;
    private final boolean followForks;
    private final StackCapture capture;
    private final Consumer<TaskEvent> events;
    private final TracerCounts counts = new TracerCounts();
    private final CompletableFuture<Tracees> started = new CompletableFuture<>();
    private final CompletableFuture<Optional<WaitStatus>> ended = new CompletableFuture<>();
    private Optional<ChildEnd> child = Optional.empty();
    private volatile int tracerTid;
    private volatile boolean stopping;

    /** @param target the process, if it runs already */
    private PtraceTracer(OptionalInt target, boolean followForks, StackCapture capture, Consumer<TaskEvent> events) {
        this.target = target;
        this.followForks = followForks;
        this.capture = capture;
        this.events = events;
    }

    /**
     * Traces a running process; returns when all of its tasks are traced.
     *
     * @param pid the process, or one of its tasks
     * @param followForks whether to trace the process's descendants too; if not, they are released before they run, and
     *     their ends are not seen
     * @param events receives all events, on the tracer's thread, while tasks may be stopped: it must not wait for a
     *     tracee
     * @throws SourceRefusedException if the process can't be traced, saying why and what to do
     */
    public static PtraceTracer attach(int pid, boolean followForks, Consumer<TaskEvent> events)
            throws SourceRefusedException, InterruptedException {
        return attach(pid, followForks, StackCapture.OFF, events);
    }

    /** The same, and passes on where in native code each task was made. */
    public static PtraceTracer attach(int pid, boolean followForks, StackCapture capture, Consumer<TaskEvent> events)
            throws SourceRefusedException, InterruptedException {
        int process = ProcessStatus.of(pid)
                .map(ProcessStatus::process)
                .orElseThrow(() -> new SourceRefusedException("there is no process " + pid));
        if (process == ProcessHandle.current().pid()) {
            throw new SourceRefusedException("a process can't trace itself");
        }
        resumeThisProcessIfItIsStopped();
        return new PtraceTracer(OptionalInt.of(process), followForks, capture, events)
                .start(ptrace -> new Tracees(process, Optional.empty(), Seizure.of(ptrace, process)));
    }

    /** Not for a launched command: a terminal's suspend key stops it together with its tracer. */
    private static void resumeThisProcessIfItIsStopped() {
        try {
            ResumeTimer.start();
        } catch (LinuxException | LinkageError refused) {
            // As if there were no such timer: a stopped tracer holds up its tracees. ChildTracerSource notices most.
        }
    }

    /**
     * Starts a command and traces it from its first instruction. It shares this process's standard streams and
     * environment.
     *
     * @param command the program, searched for as a shell does, and its arguments; if the program isn't found, the
     *     tracer ends with status 127, as a shell does
     * @param followForks as for {@link #attach}
     * @param events as for {@link #attach}
     * @throws SourceRefusedException if the command can't be traced, saying why and what to do
     */
    public static PtraceTracer launch(List<String> command, boolean followForks, Consumer<TaskEvent> events)
            throws SourceRefusedException, InterruptedException {
        return launch(command, followForks, StackCapture.OFF, events);
    }

    /** The same, and passes on where in native code each task was made. */
    public static PtraceTracer launch(
            List<String> command, boolean followForks, StackCapture capture, Consumer<TaskEvent> events)
            throws SourceRefusedException, InterruptedException {
        PtraceTracer tracer = new PtraceTracer(OptionalInt.empty(), followForks, capture, events);
        Ptrace wait = openedToWait();
        try {
            tracer.start(ptrace -> {
                PidFd launched = launch(ptrace, command);
                BitSet tasks = new BitSet();
                tasks.set(launched.pid());
                return new Tracees(launched.pid(), Optional.of(launched), tasks);
            });
        } catch (SourceRefusedException | InterruptedException | RuntimeException refused) {
            wait.close();
            throw refused;
        }
        tracer.child = Optional.of(new ChildEnd(wait, tracer.launched().pid()));
        return tracer;
    }

    private static Ptrace openedToWait() throws SourceRefusedException {
        try {
            return Ptrace.open();
        } catch (NativeUnavailableException unavailable) {
            throw new SourceRefusedException(unavailable.getMessage(), unavailable);
        }
    }

    /** Starts a command that the calling thread traces before its first instruction. */
    private static PidFd launch(Ptrace ptrace, List<String> command) throws SourceRefusedException {
        try {
            PidFd process = StoppedCommand.start(ptrace, command);
            seizeStopped(ptrace, process);
            return process;
        } catch (LinuxException failed) {
            throw new SourceRefusedException(command.get(0) + " could not be started: " + failed.getMessage(), failed);
        }
    }

    private static void seizeStopped(Ptrace ptrace, PidFd process) throws SourceRefusedException, LinuxException {
        int pid = process.pid();
        try {
            ptrace.seize(pid);
        } catch (LinuxException refused) {
            Optional<ProcessStatus> task = ProcessStatus.of(pid);
            process.kill();
            ptrace.awaitChild(pid);
            process.close();
            throw task.isPresent()
                    ? TracePermission.refusal(pid, task.get(), refused)
                    : new SourceRefusedException(refused.getMessage());
        }
        process.resume();
    }

    /** The command that was launched. */
    public PidFd launched() {
        return started.join().launched().orElseThrow();
    }

    /** The counts of clones so far. */
    public TracerCounts counts() {
        return counts;
    }

    /**
     * Waits until no traced task is left: with {@code followForks} that may be long after the process's end. If the
     * tracer failed or was stopped before the command that it launched ended, waits for the command.
     *
     * @return the process's exit status as a shell reports it: 128 plus the number of the signal if one killed it.
     *     Empty if tracing of an attached process was stopped, or its leader had ended before tracing began
     * @throws IllegalStateException if the tracer of an attached process failed, saying how; the tracees continue
     */
    public OptionalInt awaitEnd() throws InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException failed) {
            if (child.isEmpty()) {
                throw new IllegalStateException(failure(), failed.getCause());
            }
        }
        OptionalInt status = status();
        while (child.isPresent() && status.isEmpty()) {
            // An interrupted thread would not wait.
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(RETRY_NANOS);
            status = status();
        }
        return status;
    }

    /**
     * What {@link #awaitEnd} returns, but without waiting; empty while that method would wait. Called by one thread.
     */
    public OptionalInt status() {
        if (!ended.isDone()) {
            return OptionalInt.empty();
        }
        Optional<WaitStatus> end = failure() == null ? ended.join() : Optional.empty();
        return end.isPresent()
                ? OptionalInt.of(end.get().shellStatus())
                // The kernel has detached it: it is an ordinary child.
                : child.map(ChildEnd::status).orElse(OptionalInt.empty());
    }

    /** Why the tracer failed and no longer traces; null if it didn't fail. */
    public String failure() {
        try {
            ended.getNow(Optional.empty());
            return null;
        } catch (CompletionException failed) {
            return "the tracer failed: " + failed.getCause();
        }
    }

    /** Stops tracing; returns once nothing is traced any more. The tracees continue. */
    public void stop() {
        stopping = true;
        while (!ended.isDone()) {
            // Repeatedly: an interrupt just before the wait is lost.
            Signals.interrupt(tracerTid);
            LockSupport.parkNanos(RETRY_NANOS);
        }
        // The kernel detaches when the native thread is gone, which Thread.join does not wait for.
        File task = new File("/proc/self/task/" + tracerTid);
        while (task.exists()) {
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private record Tracees(int pid, Optional<PidFd> launched, BitSet tasks) {}

    private interface Beginning {
        Tracees begin(Ptrace ptrace) throws SourceRefusedException;
    }

    private PtraceTracer start(Beginning beginning) throws SourceRefusedException, InterruptedException {
        Thread thread = new Thread(() -> trace(beginning), "clonetrace-ptrace");
        thread.setDaemon(true);
        thread.start();
        try {
            started.get();
            return this;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SourceRefusedException refused) {
                throw refused;
            }
            throw new SourceRefusedException(failed.getCause().toString(), failed.getCause());
        }
    }

    private void trace(Beginning beginning) {
        try {
            Ptrace ptrace = Ptrace.open();
            try {
                ended.complete(trace(ptrace, beginning));
            } finally {
                ptrace.close();
            }
        } catch (Throwable failed) { // an Error too: JNA's linker throws them
            started.completeExceptionally(failed);
            ended.completeExceptionally(failed);
        }
    }

    private Optional<WaitStatus> trace(Ptrace ptrace, Beginning beginning)
            throws SourceRefusedException, LinuxException {
        tracerTid = Signals.ownTid();
        Signals.allowInterrupts();
        StackReader stacks = new StackReader(ptrace, capture);
        try {
            stacks.prepare(target);
            return trace(ptrace, stacks, beginning.begin(ptrace));
        } finally {
            stacks.close();
        }
    }

    private Optional<WaitStatus> trace(Ptrace ptrace, StackReader stacks, Tracees tracees) throws LinuxException {
        started.complete(tracees);
        TraceLoop loop = new TraceLoop(ptrace, tracees.pid(), followForks, stacks, counts, events);
        try {
            loop.run(tracees.tasks(), () -> stopping);
            return loop.end();
        } finally {
            loop.close();
        }
    }
}
