package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.process.Spawn;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import io.clonetrace.unwind.UnwindingThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs a command and observes it from outside: a source in this process sees its clones from the first one on, and each
 * JVM among its processes gets the lines of its own clones through a pipe.
 */
public final class ObservedRun implements AutoCloseable {
    private static final String NOT_OBSERVED = "clone tracing stopped, the command runs on: ";
    private static final long MOST_COPIED = 8 << 20;
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Optional<Account> user;
    private final StackCapture stacks;
    private final UnwindingThread unwinder = unwinder();
    private final Consumer<String> problem;
    private final RunFolder folder;
    private final List<String> refusals = new ArrayList<>();
    private long lost;
    private String doubt;
    private long pid;
    private long forbidden;

    /**
     * Creates the folder of the pipes.
     *
     * @param user the account that runs the command; empty for this process's own user
     * @param stacks for which tasks the agent wants the native frames that made them
     * @param problem receives a line for each failure while the command runs
     * @throws IOException if the folder can't be created
     */
    public ObservedRun(Optional<Account> user, StackCapture.Mode stacks, Consumer<String> problem) throws IOException {
        this.user = user;
        this.stacks = new StackCapture(stacks, unwinder);
        this.problem = problem;
        folder = RunFolder.make(user.map(Account::user));
    }

    /** The value of the agent's option {@code source} for JVMs of this run. */
    public String agentSource() {
        return "strace:" + folder.path().resolve("%n-%p");
    }

    /** Why the sources tried first could not observe, one line each. */
    public List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** The pid of the last run's command. */
    public long pid() {
        return pid;
    }

    /** What the last run may lack, where the kernel does not say whose clones were missed; null if nothing. */
    public String doubt() {
        return doubt;
    }

    /** How many clones the kernel refused with EPERM, as far as the source saw them. */
    public long forbidden() {
        return forbidden;
    }

    /**
     * Starts the command under the first of the sources that can observe it, and returns once it and all its
     * descendants have ended. A failure here never ends a running command or changes its status: observation stops, and
     * the wait for the command continues.
     *
     * @param words the command line for that source; called just before the source is tried
     * @return the command's exit status as a shell reports it
     * @throws SourceRefusedException if no source can observe it; the command has not run then
     * @throws IllegalStateException if the kernel doesn't report the status
     */
    public int run(Function<SourceKind, List<String>> words, List<SourceKind> sources)
            throws SourceRefusedException, InterruptedException {
        ObservedCommand observed = start(words, sources);
        pid = observed.process().pid();
        try {
            try {
                ForwardedSignals.to(observed.process(), () -> {});
            } finally {
                observed.go();
            }
            observe(observed);
        } catch (Throwable failed) { // an Error too: memory may be short
            problem.accept(NOT_OBSERVED + (failed instanceof Error ? failed : failed.getMessage()));
        }
        return observed.awaitEnd();
    }

    private void observe(ObservedCommand observed) throws LinuxException {
        CloneSource source = observed.source();
        JvmPipes pipes = null;
        try {
            pipes = new JvmPipes(
                    folder,
                    observed.process().pid(),
                    source.kind().label(),
                    captured(source, stacks),
                    () -> lost,
                    problem);
            if (source.unseenRefusals() != null) {
                problem.accept(source.unseenRefusals());
            }
            if (source.captureRefusal() != null) {
                problem.accept("native stacks are not captured: " + source.captureRefusal());
            }
            serve(source, pipes, observed);
        } finally {
            source.stop();
            doubt = source.doubt();
            if (pipes != null) {
                pipes.close();
            }
        }
        if (pipes.undelivered() > 0) {
            problem.accept(pipes.undelivered() + " clone calls could not be handed to their processes");
        }
        if (source.lostStacks() + unwinder.dropped() > 0) {
            problem.accept(source.lostStacks() + " native stacks were lost in the kernel's buffer, "
                    + unwinder.dropped() + " could not be unwound");
        }
    }

    /** For which tasks a source that runs captures stacks. */
    static StackCapture captured(CloneSource source, StackCapture wanted) {
        return switch (source.kind()) {
            case EBPF, PTRACE -> source.captureRefusal() == null ? wanted : StackCapture.OFF;
            case TRACEFS, STRACE, NONE -> StackCapture.OFF;
        };
    }

    /** A thread that unwinds stacks; it starts with the first of them. {@code run} has a small heap. */
    static UnwindingThread unwinder() {
        return new UnwindingThread(
                work -> {
                    Thread thread = new Thread(work, "clonetrace-unwinder");
                    thread.setDaemon(true);
                    return thread;
                },
                MOST_COPIED);
    }

    @Override
    public void close() {
        unwinder.close();
        folder.close();
    }

    private ObservedCommand start(Function<SourceKind, List<String>> words, List<SourceKind> sources)
            throws SourceRefusedException, InterruptedException {
        for (SourceKind source : sources) {
            try {
                return start(words, source);
            } catch (SourceRefusedException refused) {
                refusals.add(source.label() + ": " + refused.getMessage());
            }
        }
        throw new SourceRefusedException(String.join("; ", refusals));
    }

    private ObservedCommand start(Function<SourceKind, List<String>> words, SourceKind source)
            throws SourceRefusedException, InterruptedException {
        if (user.isEmpty()) {
            return ObservedCommand.start(source, words.apply(source), stacks);
        }
        List<String> command = new ArrayList<>();
        try {
            command.addAll(user.get().command(System.getenv()));
            command.addAll(words.apply(source));
            Spawn.closeDescriptorsInChildren();
            Account.separateKeys();
        } catch (IOException notSeparate) {
            throw new SourceRefusedException(notSeparate.getMessage(), notSeparate);
        }
        ObservedCommand started = ObservedCommand.start(source, command, stacks);
        try {
            Account.separateKeys();
        } catch (IOException shared) {
            problem.accept(shared.getMessage());
        }
        return started;
    }

    private void serve(CloneSource source, JvmPipes pipes, ObservedCommand observed) throws LinuxException {
        LivingProcesses processes = new LivingProcesses(new Forbidden(pipes));
        SourcePump.run(source, processes, new SourcePump.Pass<LinuxException>() {
            private long nextSweep = System.nanoTime() + SWEEP_NANOS;
            private boolean lossReported;

            @Override
            public boolean isOver() {
                return observed.ended().isPresent() && (source.lossReason() != null || !processes.any());
            }

            @Override
            public void beforePoll() {
                pipes.clock();
            }

            @Override
            public void afterPoll(boolean last) throws LinuxException {
                if (!lossReported
                        && source.lossReason() != null
                        && observed.ended().isEmpty()) {
                    lossReported = true;
                    problem.accept(NOT_OBSERVED + source.lossReason());
                }
                boolean sweep = System.nanoTime() - nextSweep > 0;
                if (sweep || last) {
                    // Not each time: a source may have to query each processor's buffer.
                    lost = source.lostRecords();
                }
                pipes.flush();
                if (sweep) {
                    nextSweep = System.nanoTime() + SWEEP_NANOS;
                    pipes.sweep();
                }
            }
        });
    }

    /** Counts the clones that are forbidden, and passes everything on. */
    private final class Forbidden implements CloneSink {
        private final CloneSink next;

        Forbidden(CloneSink next) {
            this.next = next;
        }

        @Override
        public void cloned(CloneCall call) {
            if (Errno.EPERM.name().equals(call.error())) {
                forbidden += call.attempts();
            }
            next.cloned(call);
        }

        @Override
        public void exited(int tid) {
            next.exited(tid);
        }

        @Override
        public void source(String name) {
            next.source(name);
        }
    }
}
