package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;

/** Receives what a log says. */
public interface TraceLogSink {
    /**
     * A call. If it neither failed nor has a {@link CloneCall#childTid}, the log does not show its result.
     *
     * @param line the number of the line at which its text ends, from 1
     */
    void call(CloneCall call, LogKind kind, long line);

    /**
     * The log gives only a number of calls, as {@code strace -c} does.
     *
     * @param calls how many, those that failed included
     * @param errors how many failed
     */
    void total(CloneSyscall syscall, long calls, long errors, long line);
}
