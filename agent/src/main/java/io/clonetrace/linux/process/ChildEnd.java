package io.clonetrace.linux.process;

import io.clonetrace.linux.LinuxException;
import java.util.OptionalInt;

/** How a child of this process ends that nobody traces. Asked by one thread. */
public final class ChildEnd {
    private final Ptrace wait;
    private final int pid;
    private OptionalInt status = OptionalInt.empty();

    public ChildEnd(Ptrace wait, int pid) {
        this.wait = wait;
        this.pid = pid;
    }

    /**
     * The exit status as a shell gives it; empty while it runs. Once it is told, the pid may be given to another
     * process.
     *
     * @throws IllegalStateException if the kernel doesn't tell it
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
