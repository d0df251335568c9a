package io.clonetrace.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * In which a process has its pids (pid_namespaces(7)).
 *
 * @param link as /proc/PID/ns/pid names it
 */
public record PidNamespace(String link) {
    private static final String INITIAL = "pid:[4026531836]"; // linux/proc_ns.h: PROC_PID_INIT_INO, 0xEFFFFFFC

    /**
     * Reads that of a process.
     *
     * @param procDir its folder in /proc
     * @throws IOException if there is none, or it isn't ours to look at (ptrace(2), PTRACE_MODE_READ)
     */
    public static PidNamespace of(Path procDir) throws IOException {
        return new PidNamespace(
                Files.readSymbolicLink(procDir.resolve("ns/pid")).toString());
    }

    /** Whether it is the machine's own, of which the kernel's tracing speaks. */
    public boolean isInitial() {
        return link.equals(INITIAL);
    }

    /**
     * For a source whose tracer finds this process, and is found, by pids in /proc.
     *
     * @param self /proc/self, which names a process as that /proc's namespace does (proc(5))
     * @param pid getpid(2) of this process
     * @throws SourceRefusedException if it is the /proc of another namespace: the same number is another process there
     */
    public static void refuseForeignProc(Path self, long pid) throws SourceRefusedException {
        try {
            String inProc = Files.readSymbolicLink(self).getFileName().toString();
            if (!inProc.equals(Long.toString(pid))) {
                throw new SourceRefusedException("/proc is that of another pid namespace, where this JVM (pid " + pid
                        + ") is " + inProc + ": mount its own (unshare --mount-proc, or mount -t proc proc /proc)");
            }
        } catch (IOException unreadable) {
            throw new SourceRefusedException("/proc/self can't be read: " + unreadable, unreadable);
        }
    }

    /** {@link #refuseUnlessInitial} of this process's. */
    public static void refuseAnyOther() throws SourceRefusedException {
        try {
            of(Path.of("/proc/self")).refuseUnlessInitial();
        } catch (IOException unreadable) {
            throw new SourceRefusedException("the pid namespace can't be told: " + unreadable.getMessage(), unreadable);
        }
    }

    /**
     * For a source that gets its pids from the kernel's tracing.
     *
     * @throws SourceRefusedException unless it is the machine's own
     */
    public void refuseUnlessInitial() throws SourceRefusedException {
        if (!isInitial()) {
            throw new SourceRefusedException(
                    "this is a pid namespace of its own (a container), and the kernel's tracing"
                            + " speaks of the machine's pids; the source ptrace works here");
        }
    }
}
