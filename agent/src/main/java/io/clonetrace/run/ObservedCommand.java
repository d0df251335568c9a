package io.clonetrace.run;

import io.clonetrace.linux.process.PidFd;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A started command, and the source that sees its clones from the first one on. Its end is polled for rather than
 * awaited by a thread: under a limit of threads, the running command may have left none.
 */
interface ObservedCommand {
    /** How often to check whether it has ended. */
    long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * Starts a command under that source; it runs once {@link #go} is called, or earlier.
     *
     * @param stacks which native stacks to capture, where the source can
     * @throws SourceRefusedException if the source can't observe it; the command has not run then
     */
    static ObservedCommand start(SourceKind kind, List<String> command, StackCapture stacks)
            throws SourceRefusedException, InterruptedException {
        return start(kind, command, stacks, true);
    }

    /** @param followForks whether a source that traces in the kernel is to see the command's descendants too */
    static ObservedCommand start(SourceKind kind, List<String> command, StackCapture stacks, boolean followForks)
            throws SourceRefusedException, InterruptedException {
        return switch (kind) {
            case EBPF, TRACEFS ->
                WatchedCommand.start(command, pid -> KernelTrace.source(kind, pid, followForks, stacks));
            case PTRACE -> PtracedCommand.start(command, stacks);
            case STRACE -> WatchedCommand.startUnderStrace(command, false);
            case NONE -> WatchedCommand.start(command, pid -> new NoSource());
        };
    }

    /** The command's process; the caller that started it closes it. */
    PidFd process();

    /** The source; polled by one thread, the one that started the command. */
    CloneSource source();

    /** Lets the command run, if it doesn't yet. */
    void go();

    /**
     * The exit status as a shell reports it; empty while the command runs. Called by the thread that polls the source.
     *
     * @throws IllegalStateException if the kernel doesn't report it
     */
    OptionalInt ended();

    /** Waits for the end and returns the same; an interrupt doesn't end the wait, and the thread stays interrupted. */
    default int awaitEnd() {
        OptionalInt status = ended();
        boolean interrupted = false;
        while (status.isEmpty()) {
            LockSupport.parkNanos(PASS_NANOS);
            // While the thread is interrupted, parking returns at once.
            interrupted |= Thread.interrupted();
            status = ended();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return status.getAsInt();
    }
}
