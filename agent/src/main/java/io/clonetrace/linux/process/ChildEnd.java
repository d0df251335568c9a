package io.clonetrace.linux.process;

import io.clonetrace.linux.LinuxException;
import java.util.OptionalInt;

/** The exit status of an untraced child of this process. For one thread. */
public final class ChildEnd {
    private final Ptrace wait;
    private final int pid;
    private OptionalInt status = OptionalInt.empty();

    public ChildEnd(Ptrace wait, int pid) {
        this.wait = wait;
        this.pid = pid;
    }

    /**
     * The exit status as a shell gives it; empty while the child runs. Once it is returned, the pid may be reused.
     *
     * @throws IllegalStateException if the kernel doesn't return it
     */
    public OptionalInt status() {
        if (status.isEmpty()) {
            try {
                wait.endOfChild(pid).ifPresent(end -> status = OptionalInt.of(end.shellStatus()));
            } catch (LinuxException gone) {
                throw new IllegalStateException("the command's exit status is not known: " + gone.getMessage(), gone);
            }
        }
        return status;
    }
}
