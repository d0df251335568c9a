package io.clonetrace.run;

import io.clonetrace.linux.process.PidFd;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.strace.StraceSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A command that was started, and the source that sees its clones from the first one on. Its end is asked for, not
 * awaited by a thread: at a limit of threads there is none to be had once the command runs.
 */
interface ObservedCommand {
    /** How often its end is looked for. */
    long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * Starts a command under that source; it runs when {@link #go} is called, or before.
     *
     * @throws SourceRefusedException if the source can't observe it; it has not run then
     */
    static ObservedCommand start(SourceKind kind, List<String> command)
            throws SourceRefusedException, InterruptedException {
        return switch (kind) {
            case EBPF, TRACEFS -> WatchedCommand.start(command, pid -> KernelTrace.source(kind, pid, true));
            case PTRACE -> PtracedCommand.start(command);
            case STRACE -> WatchedCommand.start(command, StraceSource::new);
            case NONE -> WatchedCommand.start(command, pid -> new NoSource());
        };
    }

    /** The command's process; whoever started it gives it back. */
    PidFd process();

    /** The source; polled by one thread, the one that started the command. */
    CloneSource source();

    /** Lets the command run, if it doesn't yet. */
    void go();

    /**
     * The exit status as a shell gives it; empty while the command runs. Called by the thread that polls the source.
     *
     * @throws IllegalStateException if the kernel doesn't tell it
     */
    OptionalInt ended();

    /** The same, when it has ended; an interrupt doesn't end the wait, and is kept. */
    default int awaitEnd() {
        OptionalInt status = ended();
        boolean interrupted = false;
        while (status.isEmpty()) {
            LockSupport.parkNanos(PASS_NANOS);
            // A thread that stays interrupted is not parked again.
            interrupted |= Thread.interrupted();
            status = ended();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return status.getAsInt();
    }
}
