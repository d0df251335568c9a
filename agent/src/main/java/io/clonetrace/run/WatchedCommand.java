package io.clonetrace.run;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.ChildEnd;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Yama;
import io.clonetrace.trace.strace.StraceSource;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** A command that a source watches from outside; it waits until the source has started. */
final class WatchedCommand implements ObservedCommand {
    private static final Path PROC = Path.of("/proc");

    private final Ptrace wait;
    private final PidFd process;
    private final CloneSource source;
    private final ChildEnd end;

    private WatchedCommand(Ptrace wait, PidFd process, CloneSource source) {
        this.wait = wait;
        this.process = process;
        this.source = source;
        end = new ChildEnd(wait, process.pid());
    }

    /** @param source creates a source that watches the process of that pid and its descendants */
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

    /**
     * The same under strace.
     *
     * @param stacks whether strace prints the native frames of each call
     */
    static WatchedCommand startUnderStrace(List<String> command, boolean stacks) throws SourceRefusedException {
        boolean asAncestor = ProcessStatus.of(PROC.resolve("thread-self"))
                .filter(Yama.of(PROC)::demandsAncestor)
                .isPresent();
        return asAncestor ? startByStrace(command, stacks) : start(command, pid -> new StraceSource(pid, stacks));
    }

    /** Has strace start the command: an strace that is no ancestor may not attach to it. */
    static WatchedCommand startByStrace(List<String> command, boolean stacks) throws SourceRefusedException {
        StraceSource strace = StraceSource.launching(stacks);
        try {
            Ptrace wait = Ptrace.open();
            WatchedCommand watched = of(wait, StoppedCommand.start(wait, strace.prefix(), command), pid -> {
                strace.launched(pid);
                return strace;
            });
            watched.begin();
            return watched;
        } catch (LinuxException | NativeUnavailableException failed) {
            strace.stop();
            throw new SourceRefusedException(command.get(0) + " could not be started: " + failed.getMessage(), failed);
        }
    }

    private static WatchedCommand of(Ptrace wait, PidFd process, IntFunction<CloneSource> source) {
        return new WatchedCommand(wait, process, source.apply(process.pid()));
    }

    private void begin() throws SourceRefusedException, LinuxException {
        try {
            source.start();
        } catch (SourceRefusedException | RuntimeException refused) {
            source.stop();
            process.kill();
            wait.awaitChild(process.pid());
            process.close();
            wait.close();
            throw refused;
        }
    }

    @Override
    public PidFd process() {
        return process;
    }

    @Override
    public CloneSource source() {
        return source;
    }

    @Override
    public void go() {
        process.resume();
    }

    @Override
    public OptionalInt ended() {
        return end.status();
    }
}
