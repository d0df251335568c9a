package io.clonetrace.report.finding;

import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import java.util.List;
import java.util.Optional;

/**
 * Which threads a finding is about, and which code made them.
 *
 * @param site the call site; empty if it is about none, or about threads of which it was not recorded
 * @param trace the stack trace of the creation
 * @param names the patterns of the threads' names; hostile input
 * @param threads the threads themselves; empty if it is about no threads in particular
 */
public record Subject(Optional<Frame> site, Optional<StackTrace> trace, List<String> names, List<ThreadRow> threads) {
    /** Of a finding about the JVM as a whole. */
    public static final Subject NONE = new Subject(Optional.empty(), Optional.empty(), List.of(), List.of());
}
