package io.clonetrace.agent.source;

import io.clonetrace.linux.proc.Rights;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.TracerJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A source that begins by system calls which ordinary programs don't make. Under a seccomp filter each of them may kill
 * this process (seccomp(2), SECCOMP_RET_KILL_PROCESS; systemd's SystemCallFilter= does), and which it does can't be
 * asked: a child, which has the same filter, makes them first.
 */
final class SeccompPreflight implements CloneSource {
    private static final long SECONDS = 10;
    private static final int KILLED_BY_SIGSYS = 128 + 31;
    private static final String PREFIX = "clonetrace: ";

    private final Path jar;
    private final CloneSource source;
    private final Function<SourceKind, String> room;
    private volatile Process rehearsing;
    private volatile boolean ending;

    /**
     * @param jar clonetrace.jar, whose command line the child is
     * @param room why a child is not to start for that source, as it would take the application's threads; or null
     */
    SeccompPreflight(Path jar, CloneSource source, Function<SourceKind, String> room) {
        this.jar = jar;
        this.source = source;
        this.room = room;
    }

    @Override
    public SourceKind kind() {
        return source.kind();
    }

    @Override
    public void start() throws SourceRefusedException {
        // What is refused anyway needs no child.
        PidNamespace.refuseAnyOther();
        Rights rights = Rights.own();
        if (rights.filtered() && rights.toTraceByBpf()) {
            rehearse();
        }
        source.start();
    }

    /** The child is a JVM, and takes the application's threads as a tracer does. */
    void rehearse() throws SourceRefusedException {
        String missing = room.apply(kind());
        if (missing != null) {
            throw new SourceRefusedException(missing);
        }
        List<String> command = TracerJvm.command(
                jar,
                "trace",
                "--source",
                kind().label(),
                "--rehearse",
                "-p",
                Long.toString(ProcessHandle.current().pid()));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
            Process child = TracerJvm.start(builder);
            rehearsing = child;
            if (ending) {
                child.destroyForcibly();
            }
            child.getOutputStream().close();
            judge(child);
        } catch (IOException failed) {
            throw new SourceRefusedException(
                    "what a seccomp filter says can't be tried: " + failed.getMessage(), failed);
        }
    }

    private static void judge(Process child) throws SourceRefusedException, IOException {
        try {
            if (!child.waitFor(SECONDS, TimeUnit.SECONDS)) {
                // A filter that kills the thread alone leaves the JVM without its main thread.
                throw new SourceRefusedException("the seccomp filter that this process is under does not let it");
            }
            if (child.exitValue() == 0) {
                return;
            }
            String said = new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            String last = said.substring(said.lastIndexOf('\n') + 1);
            throw new SourceRefusedException(
                    child.exitValue() == KILLED_BY_SIGSYS || last.isEmpty()
                            ? "the seccomp filter that this process is under kills whoever tries"
                            : last.startsWith(PREFIX) ? last.substring(PREFIX.length()) : last);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SourceRefusedException("the agent is being stopped", stopped);
        } finally {
            child.destroyForcibly();
        }
    }

    @Override
    public boolean poll(CloneSink sink) {
        return source.poll(sink);
    }

    @Override
    public boolean isQuiet() {
        return source.isQuiet();
    }

    @Override
    public long lostRecords() {
        return source.lostRecords();
    }

    @Override
    public String doubt() {
        return source.doubt();
    }

    @Override
    public String lossReason() {
        return source.lossReason();
    }

    @Override
    public void processEnds() {
        ending = true;
        Process child = rehearsing;
        if (child != null) {
            // Nobody waits for its verdict any more.
            child.destroyForcibly();
        }
        source.processEnds();
    }

    @Override
    public void stop() {
        source.stop();
    }
}
