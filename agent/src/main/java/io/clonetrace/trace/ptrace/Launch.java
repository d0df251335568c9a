package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Ptrace;
import io.clonetrace.linux.Signals;
import io.clonetrace.linux.StoppedCommand;
import io.clonetrace.trace.SourceRefusedException;
import java.util.List;
import java.util.Optional;

/** Starts a command that is traced before its first instruction. */
final class Launch {
    private Launch() {}

    /**
     * The pid of the command, which the calling thread traces.
     *
     * @throws SourceRefusedException if there is no shell, or it may not be traced
     */
    static int of(Ptrace ptrace, List<String> command) throws SourceRefusedException {
        try {
            int pid = StoppedCommand.start(ptrace, command);
            seizeStopped(ptrace, pid);
            return pid;
        } catch (LinuxException failed) {
            throw new SourceRefusedException(command.get(0) + " could not be started: " + failed.getMessage(), failed);
        }
    }

    private static void seizeStopped(Ptrace ptrace, int pid) throws SourceRefusedException, LinuxException {
        try {
            ptrace.seize(pid);
        } catch (LinuxException refused) {
            Optional<TaskStatus> task = TaskStatus.of(pid);
            Signals.kill(pid);
            ptrace.awaitChild(pid);
            throw task.isPresent()
                    ? Refusal.of(pid, task.get(), refused)
                    : new SourceRefusedException(refused.getMessage());
        }
        Signals.resume(pid);
    }
}
