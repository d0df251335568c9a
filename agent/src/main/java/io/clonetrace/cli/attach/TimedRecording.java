package io.clonetrace.cli.attach;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.cli.output.TerminalLine;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Attaches, waits, and detaches: {@code attach --duration}. Ctrl-C ends the wait. Where the JVM ends first, what it
 * recorded until then is the result.
 */
public final class TimedRecording implements AutoCloseable {
    private final TargetJvm jvm;
    private final PrintWriter err;
    private final Duration duration;
    private final RecordedFiles files;
    private boolean lacksSource;

    /**
     * Makes a place for the recording, unless the options name one.
     *
     * @throws IOException if that can't be made
     */
    public TimedRecording(TargetJvm jvm, AttachOptions options, Duration duration, PrintWriter err) throws IOException {
        this.jvm = jvm;
        this.err = err;
        this.duration = duration;
        this.files = RecordedFiles.of(jvm, options);
    }

    /**
     * Records.
     *
     * @return whether the agent was active; if not, the reason is printed
     * @throws IOException if it could not be attached or detached, saying why in a sentence
     */
    public boolean record() throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        AgentAttach attach = new AgentAttach(err);
        String spoken = "recording for " + spoken(duration);
        Optional<AttachedAgent> attached =
                (files.isTemporary() ? attach.calling(files.named(), spoken) : attach).into(jvm, files.options());
        if (attached.isEmpty()) {
            return false;
        }
        try (AttachedAgent agent = attached.get()) {
            files.open(agent);
            lacksSource = agent.lacksSource();
            end(agent);
        }
        return true;
    }

    /** Whether no source observed the JVM. */
    public boolean lacksSource() {
        return lacksSource;
    }

    /** The recording, or what is left of it. */
    public RecordedFiles files() {
        return files;
    }

    private void end(AttachedAgent agent) throws IOException, InterruptedException, LinuxException {
        FutureTask<AgentDetach.Ended> detach = new FutureTask<>(() -> AgentDetach.from(jvm, err));
        // A source in this process is read while the agent is detached: it waits for the last clones.
        Thread detaching = new Thread(detach, "detach");
        try (Interruption interruption = new Interruption();
                TerminalLine line = TerminalLine.onTerminal(err)) {
            long begin = System.nanoTime();
            long wanted = TimeUnit.NANOSECONDS.convert(duration);
            agent.await(() -> {
                long waited = System.nanoTime() - begin;
                if (waited < wanted && !interruption.hasCome()) {
                    line.show(progress(waited));
                    return true;
                }
                if (detaching.getState() == Thread.State.NEW) {
                    line.show("JVM " + jvm.pid() + " ends its agent");
                    detaching.start();
                }
                return !detach.isDone();
            });
        } catch (IOException sourceIsLost) {
            err.println("clonetrace: " + sourceIsLost.getMessage());
        }
        if (detaching.getState() == Thread.State.NEW && agent.isActive()) {
            detaching.start();
        }
        say(detaching.getState() == Thread.State.NEW ? Optional.empty() : ended(detach));
    }

    private String progress(long waitedNanos) {
        return String.format(
                Locale.ROOT,
                "recording JVM %d: %d s of %s; Ctrl-C ends it and prints the report",
                jvm.pid(),
                TimeUnit.NANOSECONDS.toSeconds(waitedNanos),
                spoken(duration));
    }

    private Optional<AgentDetach.Ended> ended(FutureTask<AgentDetach.Ended> detach)
            throws IOException, InterruptedException {
        try {
            return Optional.of(detach.get());
        } catch (ExecutionException failed) {
            // It may have ended by itself in that moment.
            if (!jvm.hasThread(TargetJvm.AGENT_THREAD)) {
                return Optional.empty();
            }
            throw new IOException(failed.getCause().getMessage(), failed);
        }
    }

    private void say(Optional<AgentDetach.Ended> ended) throws InterruptedException {
        String what;
        if (ended.isPresent()) {
            what = files.isTemporary()
                    ? "the agent in JVM " + jvm.pid() + " has ended"
                    : ended.get().sentence();
        } else if (files.awaitEnd()) {
            what = "JVM " + jvm.pid() + " has ended before the time was over";
        } else {
            what = "the agent in JVM " + jvm.pid() + " was detached by another command";
        }
        err.println("clonetrace: " + what);
    }

    /** In whole seconds, if it is a number of them. */
    private static String spoken(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    @Override
    public void close() {
        files.close();
    }
}
