package io.clonetrace.run;

import io.clonetrace.linux.LinuxException;
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

/**
 * Runs a command and observes it from outside: a source of this process sees its clones from the first one on, and each
 * JVM among its processes gets the lines of its own clones through a pipe.
 */
public final class ObservedRun implements AutoCloseable {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Optional<RunUser> user;
    private final RunFolder folder;
    private final List<String> refusals = new ArrayList<>();

    /**
     * Makes the folder of the pipes.
     *
     * @param user who runs the command; empty for this process's own user
     * @throws IOException if it can't be made
     */
    public ObservedRun(Optional<RunUser> user) throws IOException {
        this.user = user;
        folder = RunFolder.make(user);
    }

    /** The agent's option {@code source} for JVMs of this run. */
    public String agentSource() {
        return "strace:" + folder.path().resolve("%p");
    }

    /** Why the sources that were tried first could not observe, a line each. */
    public List<String> refusals() {
        return List.copyOf(refusals);
    }

    /**
     * Starts the command under the first of the sources that can observe it, and returns when it and all that it
     * started have ended.
     *
     * @return the command's exit status as a shell gives it
     * @throws SourceRefusedException if none of them can; the command has not run then
     */
    public int run(List<String> words, List<RunSource> sources)
            throws SourceRefusedException, InterruptedException, LinuxException {
        List<String> command = new ArrayList<>();
        user.ifPresent(other -> command.addAll(other.command()));
        command.addAll(words);
        ObservedCommand observed = start(command, sources);
        ForwardedSignals.to(observed.pid());
        CloneSource source = observed.source();
        JvmPipes pipes = new JvmPipes(folder, observed.pid(), source.name(), source::damaged);
        CompletableFuture<Integer> end = new CompletableFuture<>();
        Thread waiter = new Thread(() -> await(observed, end), "clonetrace-wait");
        waiter.setDaemon(true);
        waiter.start();
        observed.go();
        try {
            serve(source, pipes, end);
        } finally {
            source.stop();
            pipes.close();
        }
        return end.join();
    }

    @Override
    public void close() {
        folder.close();
    }

    private ObservedCommand start(List<String> command, List<RunSource> sources)
            throws SourceRefusedException, InterruptedException {
        for (RunSource source : sources) {
            try {
                return source.start(command);
            } catch (SourceRefusedException refused) {
                refusals.add(source.label() + ": " + refused.getMessage());
            }
        }
        throw new SourceRefusedException(String.join("; ", refusals));
    }

    private static void serve(CloneSource source, JvmPipes pipes, CompletableFuture<Integer> end)
            throws LinuxException {
        long nextSweep = System.nanoTime() + SWEEP_NANOS;
        boolean last = false;
        while (!last) {
            // What was seen before the end is read after it.
            last = end.isDone();
            pipes.clock();
            boolean any = source.poll(pipes);
            pipes.flush();
            if (System.nanoTime() - nextSweep > 0) {
                nextSweep = System.nanoTime() + SWEEP_NANOS;
                pipes.sweep();
            }
            if (!any && !last) {
                LockSupport.parkNanos(PASS_NANOS);
            }
        }
    }

    private static void await(ObservedCommand command, CompletableFuture<Integer> end) {
        try {
            end.complete(command.awaitEnd());
        } catch (InterruptedException | RuntimeException failed) {
            end.completeExceptionally(failed);
        }
    }
}
