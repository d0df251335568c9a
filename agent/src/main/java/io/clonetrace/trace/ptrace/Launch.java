package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.trace.SourceRefusedException;
import java.util.List;
import java.util.Optional;

/** Starts a command that is traced before its first instruction. */
final class Launch {
    private Launch() {}

    /**
     * The command's process, which the calling thread traces.
     *
     * @throws SourceRefusedException if there is no shell, or it may not be traced
     */
    static PidFd of(Ptrace ptrace, List<String> command) throws SourceRefusedException {
        try {
            PidFd process = StoppedCommand.start(ptrace, command);
            seizeStopped(ptrace, process);
            return process;
        } catch (LinuxException failed) {
            throw new SourceRefusedException(command.get(0) + " could not be started: " + failed.getMessage(), failed);
        }
    }

    private static void seizeStopped(Ptrace ptrace, PidFd process) throws SourceRefusedException, LinuxException {
        int pid = process.pid();
        try {
            ptrace.seize(pid);
        } catch (LinuxException refused) {
            Optional<ProcessStatus> task = ProcessStatus.of(pid);
            process.kill();
            ptrace.awaitChild(pid);
            process.close();
            throw task.isPresent()
                    ? Refusal.of(pid, task.get(), refused)
                    : new SourceRefusedException(refused.getMessage());
        }
        process.resume();
    }
}
