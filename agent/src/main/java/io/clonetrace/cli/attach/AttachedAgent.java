package io.clonetrace.cli.attach;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.run.ObservedJvm;
import io.clonetrace.trace.SourceKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** An agent that a command has loaded, with its source if that runs in this process. Closing it ends that source. */
public final class AttachedAgent implements AutoCloseable {
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final TargetJvm jvm;
    private final AttachReply reply;
    private final int tid;
    private final Optional<Served> served;

    /** A source that runs in this process. */
    record Served(SourceKind source, ObservedJvm observed) {}

    AttachedAgent(TargetJvm jvm, AttachReply reply, Optional<Served> served) throws IOException {
        this.jvm = jvm;
        this.reply = reply;
        this.tid = jvm.tidOutside(reply.tid(), TargetJvm.AGENT_THREAD);
        this.served = served;
    }

    /** The source that runs in this process, and ends with it; empty if the agent has its own, or none. */
    public Optional<SourceKind> sourceHere() {
        return served.map(Served::source);
    }

    /** Whether it is active without a source. */
    public boolean lacksSource() {
        return served.isEmpty() && reply.lacksSource();
    }

    /** The file of its own recording, by its path in the JVM; empty if it has none. */
    public Optional<Path> recording() {
        return path(reply.recording());
    }

    /** The folder in which JFR keeps the recording meanwhile, by its path in the JVM; empty if it is not known. */
    public Optional<Path> repository() {
        return path(reply.repository());
    }

    private static Optional<Path> path(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    /** Whether it is still active. */
    public boolean isActive() {
        return jvm.isStillThere() && jvm.hasThread(tid, TargetJvm.AGENT_THREAD);
    }

    /**
     * Waits until the agent has ended, or {@code on}, which is asked a few times a second, says so; hands over
     * meanwhile what a source in this process sees.
     *
     * @throws IOException if such a source can see no more
     */
    public void await(BooleanSupplier on) throws IOException, LinuxException {
        BooleanSupplier goesOn = () -> on.getAsBoolean() && isActive();
        if (served.isEmpty()) {
            while (goesOn.getAsBoolean()) {
                LockSupport.parkNanos(CHECK_NANOS);
            }
            return;
        }
        Optional<String> lost = served.get().observed().serve(goesOn);
        if (lost.isPresent()) {
            throw new IOException(
                    served.get().source().label() + " no longer observes JVM " + jvm.pid() + ": " + lost.get());
        }
    }

    @Override
    public void close() {
        served.ifPresent(source -> source.observed().close());
    }
}
