package io.clonetrace.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The namespace of a process's pids (pid_namespaces(7)).
 *
 * @param link as /proc/PID/ns/pid names it
 */
public record PidNamespace(String link) {
    private static final Path SELF = Path.of("/proc/self");
    private static final String INITIAL = "pid:[4026531836]"; // linux/proc_ns.h: PROC_PID_INIT_INO, 0xEFFFFFFC

    /**
     * Reads the pid namespace of a process.
     *
     * @param procDir its folder in /proc
     * @throws IOException if there is no such process, or this one may not examine it (ptrace(2), PTRACE_MODE_READ)
     */
    public static PidNamespace of(Path procDir) throws IOException {
        return new PidNamespace(
                Files.readSymbolicLink(procDir.resolve("ns/pid")).toString());
    }

    /** By hand: those of a record take a start 60 milliseconds (java.lang.runtime.ObjectMethods). */
    @Override
    public boolean equals(Object other) {
        return other instanceof PidNamespace its && link.equals(its.link);
    }

    @Override
    public int hashCode() {
        return link.hashCode();
    }

    /** Its number in that name. */
    public long number() {
        return Long.parseLong(link.replaceAll("\\D", ""));
    }

    /** Whether it is the machine's initial namespace, whose pids the kernel's tracing reports. */
    public boolean isInitial() {
        return link.equals(INITIAL);
    }

    /**
     * Check for a source whose tracer and this process find each other by pids in /proc.
     *
     * @param self /proc/self, which names a process by its pid in that /proc's namespace (proc(5))
     * @param pid getpid(2) of this process
     * @throws SourceRefusedException if /proc belongs to another namespace, where the same number is another process
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

    /** Applies {@link #refuseUnlessInitial} to this process's namespace. */
    public static void refuseAnyOther() throws SourceRefusedException {
        ofSelf().refuseUnlessInitial();
    }

    /**
     * This process's namespace, for a source that finds processes by pids in /proc.
     *
     * @throws SourceRefusedException if /proc is another namespace's, or can't be read
     */
    public static PidNamespace ofThisProcess() throws SourceRefusedException {
        PidNamespace own = ofSelf();
        if (!own.isInitial()) {
            refuseForeignProc(SELF, ProcessHandle.current().pid());
        }
        return own;
    }

    private static PidNamespace ofSelf() throws SourceRefusedException {
        try {
            return of(SELF);
        } catch (IOException unreadable) {
            throw new SourceRefusedException("the pid namespace can't be told: " + unreadable.getMessage(), unreadable);
        }
    }

    /**
     * Check for a source that gets its pids from the kernel's tracing.
     *
     * @throws SourceRefusedException unless it is the machine's initial namespace
     */
    public void refuseUnlessInitial() throws SourceRefusedException {
        if (!isInitial()) {
            throw new SourceRefusedException(
                    "this is a pid namespace of its own (a container), and the kernel's tracing speaks of the"
                            + " machine's pids; the source ptrace works here, and ebpf on a kernel with BTF");
        }
    }
}
