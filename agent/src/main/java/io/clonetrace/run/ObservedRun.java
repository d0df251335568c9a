package io.clonetrace.run;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Spawn;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Runs a command and observes it from outside: a source of this process sees its clones from the first one on, and each
 * JVM among its processes gets the lines of its own clones through a pipe.
 */
public final class ObservedRun implements AutoCloseable {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Optional<Account> user;
    private final RunFolder folder;
    private final List<String> refusals = new ArrayList<>();
    private long lost;
    private String doubt;

    /**
     * Makes the folder of the pipes.
     *
     * @param user who runs the command; empty for this process's own user
     * @throws IOException if it can't be made
     */
    public ObservedRun(Optional<Account> user) throws IOException {
        this.user = user;
        folder = RunFolder.make(user.map(Account::user));
    }

    /** The agent's option {@code source} for JVMs of this run. */
    public String agentSource() {
        return "strace:" + folder.path().resolve("%p");
    }

    /** Why the sources that were tried first could not observe, a line each. */
    public List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** What may be missing of the last run, and can't be told from what others did; null if nothing. */
    public String doubt() {
        return doubt;
    }

    /**
     * Starts the command under the first of the sources that can observe it, and returns when it and all that it
     * started have ended.
     *
     * @param words the command as it is to be under that source; asked for just before it is tried
     * @return the command's exit status as a shell gives it
     * @throws SourceRefusedException if none of them can; the command has not run then
     */
    public int run(Function<RunSource, List<String>> words, List<RunSource> sources)
            throws SourceRefusedException, InterruptedException, LinuxException {
        ObservedCommand observed = start(words, sources);
        ForwardedSignals.to(observed.pid());
        CloneSource source = observed.source();
        JvmPipes pipes = new JvmPipes(folder, observed.pid(), source.name(), () -> lost);
        CompletableFuture<Integer> end = observed.end();
        observed.go();
        try {
            serve(source, pipes, end);
        } finally {
            source.stop();
            doubt = source.doubt();
            pipes.close();
        }
        return end.join();
    }

    @Override
    public void close() {
        folder.close();
    }

    private ObservedCommand start(Function<RunSource, List<String>> words, List<RunSource> sources)
            throws SourceRefusedException, InterruptedException {
        for (RunSource source : sources) {
            List<String> command = new ArrayList<>();
            if (user.isPresent()) {
                command.addAll(user.get().command(System.getenv()));
                Spawn.closeDescriptorsInChildren();
            }
            command.addAll(words.apply(source));
            try {
                return source.start(command);
            } catch (SourceRefusedException refused) {
                refusals.add(source.label() + ": " + refused.getMessage());
            }
        }
        throw new SourceRefusedException(String.join("; ", refusals));
    }

    private void serve(CloneSource source, JvmPipes pipes, CompletableFuture<Integer> end) throws LinuxException {
        LivingProcesses processes = new LivingProcesses(pipes);
        long nextSweep = System.nanoTime() + SWEEP_NANOS;
        boolean last = false;
        while (!last) {
            boolean over = end.isDone() && !processes.any();
            pipes.clock();
            boolean more = source.poll(processes);
            // What was seen before the end is read after it, and may tell of a process that goes on.
            last = end.isDone() && source.lost() != null || over && !processes.any();
            boolean sweep = System.nanoTime() - nextSweep > 0;
            if (sweep || last) {
                // Not each time: a source may have to ask each processor's buffer.
                lost = source.damaged();
            }
            pipes.flush();
            if (sweep) {
                nextSweep = System.nanoTime() + SWEEP_NANOS;
                pipes.sweep();
            }
            if (!more && !last) {
                LockSupport.parkNanos(PASS_NANOS);
            }
        }
    }
}
