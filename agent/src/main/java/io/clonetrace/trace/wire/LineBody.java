package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;

/** The part of a line after its {@link LineLeader}, if the line is about a clone or a task's end. */
sealed interface LineBody {
    /**
     * The beginning of a call: {@code clone3(} or {@code <... clone3 resumed>}.
     *
     * @param syscall one of the four; no other system call becomes a Call
     * @param resumed whether this is the second half of a call
     * @param textStart where the arguments, or their second half, begin
     */
    record Call(CloneSyscall syscall, boolean resumed, int textStart) implements LineBody {
        private static final CloneSyscall[] SYSCALLS = CloneSyscall.values();
        private static final String RESUMED = "<... ";
        private static final String RESUMED_END = " resumed>";

        private static LineBody at(String line, int start) {
            boolean resumed = line.startsWith(RESUMED, start);
            int name = resumed ? start + RESUMED.length() : start;
            String behind = resumed ? RESUMED_END : "(";
            for (CloneSyscall syscall : SYSCALLS) {
                int end = name + syscall.syscallName().length();
                if (line.startsWith(syscall.syscallName(), name) && line.startsWith(behind, end)) {
                    return new Call(syscall, resumed, end + behind.length());
                }
            }
            return null;
        }
    }

    /**
     * A new task whose system call our tracer doesn't know: {@code task_newtask(}, named after the kernel's tracepoint.
     *
     * @param textStart where the arguments begin
     */
    record NewTask(int textStart) implements LineBody {
        private static final String NAME = "task_newtask(";

        private static LineBody at(String line, int start) {
            return line.startsWith(NAME, start) ? new NewTask(start + NAME.length()) : null;
        }
    }

    /**
     * A task's end: {@code +++ exited with 0 +++}, {@code +++ killed by SIGKILL (core dumped) +++} or {@code +++
     * superseded by execve in pid 124 +++}.
     *
     * @param supersededBy set for the last of the three: when a thread that is not the thread group's leader calls
     *     execve, the kernel ends all others, and the thread takes the leader's tid (execve(2), "multithreaded
     *     processes"). strace writes the line under the leader's tid, which lives on; the tid that disappears is the
     *     thread's own, 124
     */
    record Exit(Optional<Integer> supersededBy) implements LineBody {
        private static final String MARK = " +++";
        private static final String EXITED = "+++ exited with ";
        private static final String KILLED = "+++ killed by ";
        private static final String SUPERSEDED = "+++ superseded by execve in pid ";
        private static final LineBody ENDED = new Exit(Optional.empty());

        private static LineBody at(String line, int start) {
            if (!line.endsWith(MARK)) {
                return null;
            }
            if (line.startsWith(SUPERSEDED, start)) {
                long tid = Numbers.decimal(line, start + SUPERSEDED.length(), line.length() - MARK.length());
                return LineLeader.isTid(tid) ? new Exit(Optional.of((int) tid)) : null;
            }
            return line.startsWith(EXITED, start) || line.startsWith(KILLED, start) ? ENDED : null;
        }
    }

    /** Reads the body at {@code start}; empty for any other line. */
    static Optional<LineBody> at(String line, int start) {
        LineBody call = Call.at(line, start);
        LineBody known = call == null ? Exit.at(line, start) : call;
        return Optional.ofNullable(known == null ? NewTask.at(line, start) : known);
    }
}
