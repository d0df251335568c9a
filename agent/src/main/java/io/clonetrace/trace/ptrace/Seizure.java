package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.Signals;
import io.clonetrace.trace.SourceRefusedException;
import java.io.File;
import java.util.BitSet;
import java.util.Optional;

/** Makes the calling thread the tracer of every task of a running process. */
final class Seizure {
    private final Ptrace ptrace;
    private final int pid;
    private final BitSet seized = new BitSet();

    private Seizure(Ptrace ptrace, int pid) {
        this.ptrace = ptrace;
        this.pid = pid;
    }

    /**
     * Seizes all tasks of the process.
     *
     * @return their tids, without those of tasks that they make meanwhile
     * @throws SourceRefusedException if a task can't be traced, or none is left
     */
    static BitSet of(Ptrace ptrace, int pid) throws SourceRefusedException {
        Seizure seizure = new Seizure(ptrace, pid);
        try {
            // A seized task's new tasks are seized with it. Only an unseized task can make unseized ones, so the first
            // pass that finds none is the last.
            while (seizure.pass()) {}
        } catch (LinuxException unexpected) {
            throw new SourceRefusedException(unexpected.getMessage(), unexpected);
        }
        if (seizure.seized.isEmpty()) {
            throw new SourceRefusedException("there is no process " + pid);
        }
        return seizure.seized;
    }

    private boolean pass() throws SourceRefusedException, LinuxException {
        String[] tasks = new File("/proc/" + pid + "/task").list();
        boolean any = false;
        for (String task : tasks == null ? new String[0] : tasks) {
            any |= seize(Integer.parseInt(task));
        }
        return any;
    }

    private boolean seize(int tid) throws SourceRefusedException, LinuxException {
        try {
            if (!ptrace.seize(tid)) {
                return false;
            }
            seized.set(tid);
            return true;
        } catch (LinuxException refused) {
            // AppArmor and SELinux answer EACCES.
            if (refused.errno() != Errno.EPERM.value() && refused.errno() != Errno.EACCES.value()) {
                throw refused;
            }
            if (!seized.get(tid)) {
                passOver(tid, refused);
            }
            return false;
        }
    }

    /** EPERM also means that the task was seized with its creator, or has ended. */
    private void passOver(int tid, LinuxException refused) throws SourceRefusedException {
        Optional<ProcessStatus> status = ProcessStatus.of(tid);
        boolean ours = status.map(task -> task.ended() || task.tracer() == Signals.ownTid())
                .orElse(true);
        if (!ours) {
            throw TracePermission.refusal(pid, status.get(), refused);
        }
    }
}
