package io.clonetrace.cli.doctor;

import io.clonetrace.cli.target.LoadedJvm;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.trace.PidNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that doctor was asked about.
 *
 * @param name its name in the kernel
 */
record Target(int pid, String name, ProcessStatus status) {
    /**
     * Finds it.
     *
     * @param pid the process, or one of its threads
     * @throws IOException if there is no process that could make a thread
     */
    static Target of(Path proc, int pid) throws IOException {
        ProcessStatus task = status(proc, pid);
        int process = task.process();
        ProcessStatus status = process == pid ? task : status(proc, process);
        if (status.ended()) {
            throw new IOException("process " + process + " has ended, and its parent has not taken notice yet");
        }
        if (!status.hasMemory()) {
            throw new IOException(process + " is a thread of the kernel's own");
        }
        return new Target(process, status.field("Name").orElse("?"), status);
    }

    /** Whether it is a JVM under a seccomp filter, which may refuse it more than this command. */
    boolean isFilteredJvm() {
        return status.isFiltered() && isJvm();
    }

    /** Whether a libjvm.so is mapped in it. */
    boolean isJvm() {
        try {
            return LoadedJvm.of(status.folder()).isPresent();
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Whether it is in the pid namespace of this command. */
    boolean sharesPids() {
        try {
            return PidNamespace.of(Path.of("/proc/self")).equals(PidNamespace.of(status.folder()));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static ProcessStatus status(Path proc, int pid) throws IOException {
        Optional<ProcessStatus> status = ProcessStatus.of(proc.resolve(Integer.toString(pid)));
        return status.orElseThrow(() -> new IOException("there is no process " + pid));
    }
}
