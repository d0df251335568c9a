package io.clonetrace.linux.process;

import io.clonetrace.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a command that is stopped before its first instruction: a shell stops itself and, once resumed, executes the
 * command in its own process.
 */
public final class StoppedCommand {
    /** The shell. */
    public static final String SHELL = "/bin/sh";

    // The last is the shell's name in its message about a command that it can't find.
    private static final List<String> STOPPED = List.of("-c", "kill -STOP $$; exec \"$@\"", "clonetrace");

    private StoppedCommand() {}

    /**
     * Starts it as a child of the calling thread, and returns when it has stopped. {@link PidFd#resume} resumes it.
     *
     * @param command the program, searched for as a shell does, and its arguments; for one that isn't found the process
     *     ends with status 127, as in a shell
     * @return the process, for which the caller must wait
     * @throws LinuxException if there is no shell, or it doesn't stop
     */
    public static PidFd start(Ptrace wait, List<String> command) throws LinuxException {
        return start(wait, List.of(), command);
    }

    /**
     * The same, with a program before the shell that becomes the shell, in the same process.
     *
     * @param prefix the path of the program, and its arguments
     */
    public static PidFd start(Ptrace wait, List<String> prefix, List<String> command) throws LinuxException {
        List<String> arguments = new ArrayList<>(prefix);
        arguments.add(SHELL);
        arguments.addAll(STOPPED);
        arguments.addAll(command);
        int pid = Spawn.start(arguments.get(0), arguments);
        WaitStatus status = wait.awaitChild(pid);
        if (!status.stopped()) {
            throw new LinuxException(arguments.get(0) + " ended at once with status " + status.shellStatus());
        }
        return PidFd.of(pid);
    }
}
