package io.clonetrace.cli.target;

import io.clonetrace.linux.proc.Musl;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.linux.process.ProcessId;
import java.io.IOException;
import java.nio.file.Path;

/** A running process that is read through {@code /proc/PID} (proc(5)). */
public record TargetProcess(long pid, Path procDir) {
    /**
     * Finds a process that has memory.
     *
     * @throws IOException if there is none, it has ended, or it is a kernel thread
     */
    public static TargetProcess of(long pid) throws IOException {
        Path procDir = Path.of("/proc/" + pid);
        ProcessStatus status =
                ProcessStatus.of(procDir).orElseThrow(() -> new IOException("there is no process " + pid));
        if (status.process() != pid) {
            throw new IOException(pid + " is a thread; its process is " + status.process());
        }
        if (status.hasMemory()) {
            return new TargetProcess(pid, procDir);
        }
        if (!status.ended()) {
            throw new IOException(pid + " is a thread of the kernel: it has no memory of its own");
        }
        // The first thread may end before the others; the memory is then read through one of those.
        String[] tasks = procDir.resolve("task").toFile().list();
        for (String tid : tasks == null ? new String[0] : tasks) {
            Path other = Path.of("/proc/" + tid);
            if (ProcessStatus.of(other).filter(ProcessStatus::hasMemory).isPresent()) {
                return new TargetProcess(pid, other);
            }
        }
        throw new IOException("process " + pid + " has ended, its parent has not yet asked how (a zombie)");
    }

    /** Whether it is stopped by a signal or a debugger, and can't answer. */
    public boolean isStopped() {
        return ProcessStatus.of(procDir).filter(ProcessStatus::isStopped).isPresent();
    }

    /** Its resident bytes (VmRSS of proc(5)); -1 if they can't be read. */
    public long rss() {
        return ProcessStatus.of(procDir)
                .map(status -> status.residentBytes().orElse(-1))
                .orElse(-1L);
    }

    /** The pid of this process, in its own pid namespace. */
    public static int ownPid() {
        return ProcessId.own();
    }

    /** This process, even if the /proc of another pid namespace is mounted. */
    public static TargetProcess self() {
        return new TargetProcess(ProcessHandle.current().pid(), Path.of("/proc/self"));
    }

    /** Whether its C library is musl; false if its mappings can't be read. */
    public boolean usesMusl() {
        return usesMusl(procDir);
    }

    static boolean usesMusl(Path procDir) {
        try {
            return Musl.isMapped(PseudoFile.bounded(procDir.resolve("maps")));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** A thread's tid in its own pid namespace. */
    public int tidInside(int tid) {
        return ProcessStatus.of(procDir.resolve("task/" + tid))
                .flatMap(ProcessStatus::idInside)
                .map(Integer::valueOf)
                .orElse(tid);
    }

    /** Whether it is in a pid namespace below this one, where its threads have other tids. */
    public boolean hasOtherTids() {
        return ProcessStatus.of(procDir)
                .filter(ProcessStatus::isInInnerPidNamespace)
                .isPresent();
    }
}
