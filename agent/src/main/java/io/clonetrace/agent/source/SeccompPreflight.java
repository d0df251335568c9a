package io.clonetrace.agent.source;

import io.clonetrace.linux.proc.Patience;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.child.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A check before the start of a source that traces in the kernel. Such a source makes system calls that ordinary
 * programs don't make, and under a seccomp filter each of them may kill this process (seccomp(2),
 * SECCOMP_RET_KILL_PROCESS; systemd's SystemCallFilter= does). The filter can't be queried, so a child process, which
 * inherits it, makes the calls first. Runs on the agent's thread, before {@link CloneSource#start}.
 */
public final class SeccompPreflight {
    /** How long to wait for a child that uses no processor time. */
    private static final long CHILD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int KILLED_BY_SIGSYS = 128 + 31;
    private static final String PREFIX = "clonetrace: ";

    private final Path jar;
    private final Function<SourceKind, String> room;
    private volatile Process child;
    private volatile boolean ending;

    /**
     * @param jar clonetrace.jar; the child runs its command line
     * @param room why the process limits leave no room for a child that tries this source; null if there is room
     */
    public SeccompPreflight(Path jar, Function<SourceKind, String> room) {
        this.jar = jar;
        this.room = room;
    }

    /**
     * Returns normally if that source may start; waits for a child process where only a trial can tell.
     *
     * @throws SourceRefusedException if its start would be refused, or the filter does not allow it
     */
    void check(SourceKind kind) throws SourceRefusedException {
        if (!kind.tracesInKernel()) {
            return;
        }
        // No child needed for a source that can't start here anyway.
        if (kind == SourceKind.TRACEFS) {
            PidNamespace.refuseAnyOther();
        }
        Rights rights = Rights.own();
        if (rights.filtered() && rights.toTraceByBpf()) {
            rehearse(kind);
        }
    }

    /** The child is a JVM: like a tracer, it takes threads from the application's limits. */
    void rehearse(SourceKind kind) throws SourceRefusedException {
        String missing = room.apply(kind);
        if (missing != null) {
            throw new SourceRefusedException(missing);
        }
        List<String> command = ChildJvm.command(
                jar,
                "trace",
                "--source",
                kind.label(),
                "--rehearse",
                "-p",
                Long.toString(ProcessHandle.current().pid()));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
            Process started = ChildJvm.start(builder);
            child = started;
            if (ending) {
                started.destroyForcibly();
            }
            started.getOutputStream().close();
            judge(started);
        } catch (IOException failed) {
            throw new SourceRefusedException(
                    "whether a seccomp filter lets it start can't be tried: " + failed.getMessage(), failed);
        }
    }

    private static void judge(Process started) throws SourceRefusedException, IOException {
        try {
            if (!awaitEnd(started)) {
                // A filter that kills only the calling thread leaves the child JVM without its main thread.
                throw new SourceRefusedException("the seccomp filter that this process is under does not let it start");
            }
            if (started.exitValue() == 0) {
                return;
            }
            String said = new String(started.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            String last = said.substring(said.lastIndexOf('\n') + 1);
            throw new SourceRefusedException(
                    started.exitValue() == KILLED_BY_SIGSYS || last.isEmpty()
                            ? "the seccomp filter that this process is under kills a process that tries"
                            : last.startsWith(PREFIX) ? last.substring(PREFIX.length()) : last);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SourceRefusedException("the agent is being stopped", stopped);
        } finally {
            started.destroyForcibly();
        }
    }

    private static boolean awaitEnd(Process started) throws InterruptedException {
        Patience patience = new Patience(CHILD_NANOS, CHECK_NANOS, Path.of("/proc/" + started.pid()));
        boolean ended = started.waitFor(CHECK_NANOS, TimeUnit.NANOSECONDS);
        while (!ended && !patience.isOver()) {
            ended = started.waitFor(CHECK_NANOS, TimeUnit.NANOSECONDS);
        }
        return ended;
    }

    /** Aborts a running {@link #check}. Called by any thread. */
    void processEnds() {
        ending = true;
        Process started = child;
        if (started != null) {
            started.destroyForcibly();
        }
    }
}
