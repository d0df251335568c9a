package io.clonetrace.run;

import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.trace.PidNamespace;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A process's pid in its own pid namespace.
 *
 * @param namespace the namespace's number
 * @param pid in that namespace
 * @param inner whether the namespace is below this process's, which has another pid for it
 */
record NamespacedPid(long namespace, int pid, boolean inner) {
    /**
     * Reads it. A process that has ended is assumed to be in this process's namespace: no reader waits for it.
     *
     * @throws IllegalStateException if the namespace is another one that this process may not examine
     */
    static NamespacedPid of(int process) {
        ProcessStatus status = ProcessStatus.of(process).orElse(null);
        boolean inner = status != null && status.isInInnerPidNamespace();
        try {
            int pid = inner ? Integer.parseInt(status.idInside().orElseThrow()) : process;
            Path folder = Path.of("/proc/" + (inner ? Integer.toString(process) : "self"));
            return new NamespacedPid(PidNamespace.of(folder).number(), pid, inner);
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "the pid namespace of process " + process + " can't be told: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /** The name of the process's pipe, which its agent finds as {@code %n-%p}. */
    String pipe() {
        return namespace + "-" + pid;
    }
}
