package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Ptrace;
import io.clonetrace.linux.Signals;
import io.clonetrace.linux.Spawn;
import io.clonetrace.linux.WaitStatus;
import io.clonetrace.trace.SourceRefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a command that is traced before its first instruction: a shell stops itself, is seized, and then becomes the
 * command, so that nothing of the command's process is different.
 */
final class Launch {
    private static final String SHELL = "/bin/sh";
    // The shell's name here is the name under which it complains of a command that it can't find.
    private static final List<String> STOPPED = List.of("sh", "-c", "kill -STOP $$; exec \"$@\"", "clonetrace");

    private Launch() {}

    /**
     * The pid of the command, which the calling thread traces.
     *
     * @throws SourceRefusedException if there is no shell, or it may not be traced
     */
    static int of(Ptrace ptrace, List<String> command) throws SourceRefusedException {
        List<String> arguments = new ArrayList<>(STOPPED);
        arguments.addAll(command);
        try {
            int pid = Spawn.start(SHELL, arguments);
            seizeStopped(ptrace, pid);
            return pid;
        } catch (LinuxException failed) {
            throw new SourceRefusedException(command.get(0) + " could not be started: " + failed.getMessage(), failed);
        }
    }

    private static void seizeStopped(Ptrace ptrace, int pid) throws LinuxException, SourceRefusedException {
        WaitStatus status = ptrace.awaitChild(pid);
        if (!status.stopped()) {
            throw new SourceRefusedException(SHELL + " ended at once with status " + status.shellStatus());
        }
        try {
            ptrace.seize(pid);
        } catch (LinuxException refused) {
            Signals.kill(pid);
            ptrace.awaitChild(pid);
            throw refused;
        }
        Signals.resume(pid);
    }
}
