package io.clonetrace.run;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.Ptrace;
import io.clonetrace.linux.Signals;
import io.clonetrace.linux.StoppedCommand;
import io.clonetrace.linux.WaitStatus;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import java.util.List;
import java.util.function.IntFunction;

/** A command that a source watches from outside: it waits until the source has begun. */
final class WatchedCommand implements ObservedCommand {
    private final Ptrace wait;
    private final int pid;
    private final CloneSource source;

    private WatchedCommand(Ptrace wait, int pid, CloneSource source) {
        this.wait = wait;
        this.pid = pid;
        this.source = source;
    }

    /** @param source makes the source that watches the process of that pid and its descendants */
    static WatchedCommand start(List<String> command, IntFunction<CloneSource> source) throws SourceRefusedException {
        try {
            Ptrace wait = Ptrace.open();
            WatchedCommand watched = of(wait, StoppedCommand.start(wait, command), source);
            watched.begin();
            return watched;
        } catch (LinuxException | NativeUnavailableException failed) {
            throw new SourceRefusedException(command.get(0) + " could not be started: " + failed.getMessage(), failed);
        }
    }

    private static WatchedCommand of(Ptrace wait, int pid, IntFunction<CloneSource> source) {
        return new WatchedCommand(wait, pid, source.apply(pid));
    }

    private void begin() throws SourceRefusedException, LinuxException {
        try {
            source.start();
        } catch (SourceRefusedException | RuntimeException refused) {
            source.stop();
            Signals.kill(pid);
            wait.awaitChild(pid);
            throw refused;
        }
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public CloneSource source() {
        return source;
    }

    @Override
    public void go() {
        Signals.resume(pid);
    }

    @Override
    public int awaitEnd() {
        try {
            WaitStatus status = wait.awaitChild(pid);
            while (status.stopped()) {
                status = wait.awaitChild(pid);
            }
            return status.shellStatus();
        } catch (LinuxException gone) {
            throw new IllegalStateException(gone.getMessage(), gone);
        } finally {
            wait.close();
        }
    }
}
