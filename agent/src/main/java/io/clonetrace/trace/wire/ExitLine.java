package io.clonetrace.trace.wire;

import java.util.Optional;

/**
 * {@code +++ exited with 0 +++}, {@code +++ killed by SIGKILL (core dumped) +++} or {@code +++ superseded by execve in
 * pid 124 +++}.
 *
 * @param supersededBy the last of the three: when a thread that is not the thread group's leader calls execve, the
 *     kernel ends all others and gives it the leader's tid (execve(2), "multithreaded processes"). strace writes the
 *     line under the leader's tid, which goes on living; the one that is gone is the thread's own, 124
 */
record ExitLine(Optional<Integer> supersededBy) {
    private static final String MARK = " +++";
    private static final String EXITED = "+++ exited with ";
    private static final String KILLED = "+++ killed by ";
    private static final String SUPERSEDED = "+++ superseded by execve in pid ";
    private static final Optional<ExitLine> ENDED = Optional.of(new ExitLine(Optional.empty()));

    /** Reads what stands at {@code start}. */
    static Optional<ExitLine> at(String line, int start) {
        if (!line.endsWith(MARK)) {
            return Optional.empty();
        }
        if (line.startsWith(SUPERSEDED, start)) {
            long tid = Numbers.decimal(line, start + SUPERSEDED.length(), line.length() - MARK.length());
            return LineLeader.isTid(tid) ? Optional.of(new ExitLine(Optional.of((int) tid))) : Optional.empty();
        }
        return line.startsWith(EXITED, start) || line.startsWith(KILLED, start) ? ENDED : Optional.empty();
    }
}
